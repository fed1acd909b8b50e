// `npm run fuzz -- --seed N --seconds N`: exits 1 when anything went wrong. The same seed makes the same choices, though not the same timing.
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, seconds: { type: "string", default: "60" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const crashes: string[] = [];
for (const event of ["uncaughtException", "unhandledRejection", "warning"])
  process.on(event, (error: Error) => crashes.push(`${event}: ${error.stack ?? String(error)}`));

console.log(`seed ${seed}, ${values.seconds} s`);
const { problems, connections, requests, answers } = await fuzz(seed, Number(values.seconds));
console.log(`${connections} connections, ${requests} requests at the upstream, ${answers} answers`);
for (const text of [...crashes, ...problems]) console.log(text);
if (crashes.length + problems.length > 0) process.exitCode = 1;
