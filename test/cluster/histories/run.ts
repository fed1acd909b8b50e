// `npm run histories -- [COUNT [WORD]]`: many more histories than `npm test` has time for.
// In: how many of each sort; a word of the sorts to go through ("paged", "cluster", "lead"). Out: a line for each; for one that fails, its history, shrunk, and exit code 1.
// Never: a fixed seed: each run goes other ways.
import * as fc from "fast-check";
import { contend } from "./contest-history.ts";
import { contests } from "./contest-step.ts";
import { CONFIG_MAPS, followFrugally, followThrough } from "./list-watch-history.ts";
import { gatewayThrough } from "./gateway-history.ts";
import { gatewaySteps } from "./gateway-step.ts";
import { anySteps, mangled, ordinarySteps } from "./step.ts";

const numRuns = Number(process.argv[2] ?? 10_000);
const word = process.argv[3] ?? "";

async function campaign<History>(
  what: string,
  histories: fc.Arbitrary<History>,
  live: (history: History) => Promise<void>,
): Promise<void> {
  if (!what.includes(word)) return;
  await fc.assert(fc.asyncProperty(histories, live), { numRuns });
  process.stdout.write(`${numRuns} histories: ${what}\n`);
}

for (const streaming of [true, false]) {
  const lists = streaming ? "streaming lists" : "paged lists";
  await campaign(`a kind by ${lists}, whatever happens`, anySteps(CONFIG_MAPS, mangled), (one) =>
    followThrough(one, streaming),
  );
  await campaign(`a kind by ${lists}, listed once`, ordinarySteps(CONFIG_MAPS), (one) =>
    followFrugally(one, streaming),
  );
}
await campaign("a gateway in a cluster, whatever happens", gatewaySteps, gatewayThrough);
await campaign("two or three who would lead, and what the leader tells", contests, contend);
