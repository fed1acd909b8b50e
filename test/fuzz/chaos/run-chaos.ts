import { fuzz } from "./campaign.ts";

/** @returns what went wrong */
export async function runChaos(seed: number, seconds: number): Promise<readonly string[]> {
  console.log(`chaos: seed ${seed}, ${seconds} s`);
  const { problems, connections, requests, answers } = await fuzz(seed, seconds);
  console.log(`chaos: ${connections} connections, ${requests} requests at the upstream, ${answers} answers`);
  return problems;
}
