import * as fc from "fast-check";
import type { Fault, Verb } from "../fake/faults.ts";

/** One thing that happens to those who contend for leadership, to the API server between them, or to what the leader tells. */
export type ContestStep =
  | { readonly do: "pass"; readonly seconds: number }
  /** A process dies; begins; ends in order; stands still; goes on; is refused by the API server; is not any more. */
  | {
      readonly do: "kill" | "start" | "end" | "stop" | "continue" | "isolate" | "join" | "publish";
      readonly who: number;
    }
  | { readonly do: "fault"; readonly on: Told; readonly verb: Verb; readonly fault: Fault }
  /** The next request is performed only at the next "hurry", whether or not anybody waits for it still. */
  | { readonly do: "slow"; readonly on: Told; readonly verb: Verb }
  | { readonly do: "hurry" | "away" | "back" | "delete" | "move" | "diagnose" }
  | { readonly do: "meddle" | "again" | "respec"; readonly name: string };

/** What is written: by all who contend, and by the leader. */
export type Told = "leases" | "ingresses" | "events";

export interface Contest {
  /** How fast the clock of each one goes. */
  readonly rates: readonly number[];
  readonly steps: readonly ContestStep[];
}

export const INGRESSES = ["a", "b"] as const;

const FAULTS: readonly Fault[] = [
  ...[401, 403, 409, 429, 500, 503].map((status) => ({ status })),
  "reset",
  "stall",
  // Performed, and nobody hears of it.
  "cut",
  "truncated",
];

/** What is asked of the API server. */
const asked = fc.constantFrom<{ readonly on: Told; readonly verb: Verb }>(
  ...(["get", "update", "update", "create"] as const).map((verb) => ({ on: "leases", verb }) as const),
  ...(["patch", "patch", "watch"] as const).map((verb) => ({ on: "ingresses", verb }) as const),
  ...(["create", "get", "patch"] as const).map((verb) => ({ on: "events", verb }) as const),
);
const name = fc.constantFrom(...INGRESSES);

const steps: fc.Arbitrary<ContestStep[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 15 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom("kill" as const, "start", "end", "stop", "continue", "isolate", "join", "publish"),
        who: fc.nat(2),
      }),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(asked, fc.constantFrom(...FAULTS))
        .map(([what, fault]) => ({ do: "fault", ...what, fault }) as const),
    },
    { weight: 2, arbitrary: asked.map((what) => ({ do: "slow", ...what }) as const) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom("hurry" as const, "away", "back", "delete", "move", "diagnose") }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("meddle" as const, "again", "respec"), name }) },
  ),
  { maxLength: 40, size: "max" },
);

/** Two or three whose clocks go at about the same speed, or at very different ones. */
export const contests: fc.Arbitrary<Contest> = fc.record({
  rates: fc.array(fc.constantFrom(1, 0.96, 1.04, 0.8, 1.25), { minLength: 2, maxLength: 3 }),
  steps,
});
