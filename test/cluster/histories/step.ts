import * as fc from "fast-check";
import type { Fault, Verb } from "../fake/faults.ts";
import type { Draft } from "../fake/object.ts";

/** What happens to an object. */
export interface Change {
  /** Made or changed; deleted; deleted and made again; written without a change that counts; put back from a backup; made unreadable. */
  readonly do: "put" | "remove" | "again" | "touch" | "restore" | "break";
  readonly of: string;
  /** "name", of the namespace "default", or "namespace/name". */
  readonly name: string;
  /** What it says from now on; absent: what its version says. */
  readonly draft?: Draft;
}

/** One thing that happens to a cluster, or to what we hear of it. */
export type Step =
  | Change
  | { readonly do: "watch"; readonly of: string; readonly how: BrokenWatch }
  /** Changes that the open watch does not tell, before it ends. */
  | { readonly do: "unseen"; readonly of: string; readonly changes: readonly Change[]; readonly compact: boolean }
  /** Changes between two pages of a list, and the rest of it is not kept. */
  | { readonly do: "torn"; readonly of: string; readonly changes: readonly Change[] }
  /** What was said before is said again, `back` lines from the last; or what is known all the same is. */
  | { readonly do: "replay"; readonly of: string; readonly back: number; readonly count: number }
  | { readonly do: "echo" | "compact" | "bookmark" | "bookmarked"; readonly of: string }
  | { readonly do: "mangle"; readonly how: "twice" | "swapped" | "modified" | "not" }
  | { readonly do: "fault"; readonly of: string; readonly verb: Verb; readonly fault: Fault }
  /** The next answer comes only at the next "hurry". */
  | { readonly do: "slow"; readonly of: string; readonly verb: Verb }
  | { readonly do: "expirePages" | "away" | "back" | "turn" | "hurry" }
  | { readonly do: "wait"; readonly milliseconds: number };

export type BrokenWatch = "end" | "reset" | "freeze" | "expired" | "garbage" | "half" | "old";

/** The objects a history is about, by kind. */
export type Cast = Readonly<Record<string, readonly string[]>>;

/** What they may say, by kind; absent: only which version they are. */
export type Drafts = Readonly<Record<string, fc.Arbitrary<Draft>>>;

/** fast-check's own idea of a length would be ten. */
const LENGTH = { maxLength: 40, size: "max" } as const;
const REFUSALS = [401, 403, 404, 429, 500, 503].map((status) => ({ status }));

/** Steps that any API server may go through, good ones too: they never make it necessary to list anything anew. */
export function ordinarySteps(cast: Cast): fc.Arbitrary<Step[]> {
  const of = fc.constantFrom(...Object.keys(cast));
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: changes(cast, ["put", "remove", "again", "touch"]) },
      ...passing(),
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant("watch" as const),
          of,
          how: fc.constantFrom<BrokenWatch>("end", "reset", "freeze"),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("echo" as const, "bookmark", "bookmarked"), of }) },
      { weight: 2, arbitrary: faults(of, ["watch"], [...REFUSALS, "reset"]) },
    ),
    LENGTH,
  );
}

/**
 * Steps of all kinds. A server that lies about everything being gone is believed the third time, so none lies.
 * @param more others, one in a dozen
 */
export function anySteps(cast: Cast, more?: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> {
  return fc.array(fc.oneof(...anyStep(cast), ...(more === undefined ? [] : [{ weight: 2, arbitrary: more }])), LENGTH);
}

interface Weighted {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Step>;
}

/** One of these steps, to choose from. */
export function anyStep(cast: Cast, drafts: Drafts = {}): Weighted[] {
  const of = fc.constantFrom(...Object.keys(cast));
  const change = changes(cast, ["put", "remove", "again", "touch", "restore", "break"], drafts);
  const several = of.chain((kind) => {
    const ofKind = changes({ [kind]: cast[kind] ?? [] }, ["put", "remove", "again", "break"], drafts);
    return fc.record({
      do: fc.constantFrom("unseen" as const, "torn"),
      of: fc.constant(kind),
      changes: fc.array(ofKind, { minLength: 1, maxLength: 4 }),
      compact: fc.boolean(),
    });
  });
  return [
    { weight: 6, arbitrary: change },
    { weight: 2, arbitrary: several },
    ...passing(),
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("watch" as const),
        of,
        how: fc.constantFrom<BrokenWatch>("end", "reset", "freeze", "expired", "garbage", "half", "old"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("replay" as const),
        of,
        back: fc.integer({ min: 1, max: 8 }),
        count: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("echo" as const, "compact", "bookmark", "bookmarked"), of }),
    },
    {
      weight: 2,
      arbitrary: faults(
        of,
        ["list", "page", "watch"],
        [...REFUSALS, { status: 410 }, "reset", "cut", "truncated", { body: '{"items":7}' }],
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("slow" as const), of, verb: fc.constantFrom<Verb>("list", "page") }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "expirePages" } as const) },
  ];
}

/** What is said comes twice, in another order, or as if it had been said before. */
export const mangled: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("mangle" as const),
  how: fc.constantFrom("twice" as const, "swapped", "modified", "not"),
});

function changes(cast: Cast, kinds: readonly Change["do"][], drafts: Drafts = {}): fc.Arbitrary<Change> {
  const ofKind = Object.entries(cast).map(([of, names]) => {
    const draft = drafts[of];
    const record = { do: fc.constantFrom(...kinds), of: fc.constant(of), name: fc.constantFrom(...names) };
    const arbitrary: fc.Arbitrary<Change> =
      draft === undefined ? fc.record(record) : fc.record({ ...record, draft }).map(withoutNeed);
    return { weight: names.length, arbitrary };
  });
  return fc.oneof(...ofKind);
}

/** What is made unreadable or goes says nothing. */
function withoutNeed({ draft, ...change }: Change & { readonly draft: Draft }): Change {
  return ["put", "again", "restore"].includes(change.do) ? { ...change, draft } : change;
}

function passing(): Weighted[] {
  return [
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("turn" as const, "hurry") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("away" as const, "back") }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("wait" as const), milliseconds: fc.constantFrom(1_000, 30_000, 400_000) }),
    },
  ];
}

function faults(of: fc.Arbitrary<string>, verbs: readonly Verb[], rows: readonly Fault[]): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant("fault" as const),
    of,
    verb: fc.constantFrom(...verbs),
    fault: fc.constantFrom(...rows),
  });
}
