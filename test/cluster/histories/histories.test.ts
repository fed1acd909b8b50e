import * as fc from "fast-check";
import { test } from "vitest";
import { contend } from "./contest-history.ts";
import { contests } from "./contest-step.ts";
import { CONFIG_MAPS, followFrugally, followThrough } from "./list-watch-history.ts";
import { gatewayThrough } from "./gateway-history.ts";
import { gatewaySteps } from "./gateway-step.ts";
import { anySteps, mangled, ordinarySteps } from "./step.ts";

/** The same histories each time: other ones are for `npm run histories`. */
const SEED = 20_261_125;

const LISTS = [
  ["streaming lists", true],
  ["paged lists", false],
] as const;

test.each(LISTS)("whatever happens, what is known with %s was there, and is there in the end", async (_, streaming) => {
  const histories = fc.asyncProperty(anySteps(CONFIG_MAPS, mangled), (history) => followThrough(history, streaming));
  await fc.assert(histories, { numRuns: 40, seed: SEED });
});

test.each(LISTS)("what ordinary servers go through never has anything listed twice, with %s", async (_, streaming) => {
  const histories = fc.asyncProperty(ordinarySteps(CONFIG_MAPS), (history) => followFrugally(history, streaming));
  await fc.assert(histories, { numRuns: 40, seed: SEED });
});

test("whatever happens to a cluster, what is served of it and told to it is what a gateway makes of it that has just started", async () => {
  await fc.assert(fc.asyncProperty(gatewaySteps, gatewayThrough), { numRuns: 15, seed: SEED });
});

test("whatever happens, only who leads tells the cluster of us, and in the end one does and all is told", async () => {
  await fc.assert(fc.asyncProperty(contests, contend), { numRuns: 20, seed: SEED });
});
