import { Follower, held, type Held } from "../follower.ts";
import type { Cast, Step } from "./step.ts";
import { TroubledCluster } from "./troubled-cluster.ts";

/** Who changes in histories of one kind. */
export const CONFIG_MAPS: Cast = { configmaps: ["a", "b"] };

/**
 * Follows a kind through a history; afterwards all goes well again.
 * @throws what is known is not what is there, never was, went backwards, or vanished without a second look
 */
export async function followThrough(history: readonly Step[], streaming: boolean): Promise<void> {
  await following(streaming, async (cluster, follower) => {
    await cluster.live(history);
    await agree(cluster, follower);
  });
}

/** The same, from the first list on: no API server need be asked for a second one. */
export async function followFrugally(history: readonly Step[], streaming: boolean): Promise<void> {
  await following(streaming, async (cluster, follower) => {
    await cluster.passUntil(() => follower.watch.status.phase === "watching");
    await cluster.live(history);
    await agree(cluster, follower);
    const { lists } = follower.watch.status;
    if (lists !== 1) throw new Error(`everything was listed ${lists} times`);
  });
}

async function following(
  streaming: boolean,
  act: (cluster: TroubledCluster, follower: Follower) => Promise<void>,
): Promise<void> {
  let broken = 0;
  const cluster = await TroubledCluster.start(Object.keys(CONFIG_MAPS), (_change, version) => ({
    data: { v: version ?? `broken ${(broken += 1)}` },
  }));
  const follower = new Follower(cluster.api, { timers: cluster.timers, streaming, hold: 10_000 });
  try {
    await act(cluster, follower);
  } finally {
    await follower.close();
    await cluster.close();
  }
}

async function agree(cluster: TroubledCluster, follower: Follower): Promise<void> {
  await cluster.calm();
  await cluster.passUntil(() => {
    const there = cluster.fake
      .collection("configmaps")
      .list()
      .map((object) => textOf(held(object)));
    const known = follower.watch.values().map(textOf);
    return known.length === there.length && known.every((one) => there.includes(one));
  });
  const told = new Set(follower.states.at(-1)?.values);
  if (!follower.watch.values().every((one) => told.has(one))) throw new Error("what changed last was not told");
  if (follower.misled.length > 0) throw new Error(follower.misled.join("; "));
  const ever = new Set(cluster.ever.map((object) => textOf(held(object))));
  let before: Follower["states"][number] = { lists: 0, events: 0, values: [] };
  for (const state of follower.states) {
    checkState(state.values, ever);
    checkStep(before, state);
    before = state;
  }
}

function checkState(values: readonly Held[], ever: ReadonlySet<string>): void {
  const never = values.find((one) => !ever.has(textOf(one)));
  if (never !== undefined) throw new Error(`this never was: ${textOf(never)}`);
  if (!values.some(({ key }) => key.endsWith("/z"))) throw new Error("an object that was never deleted was forgotten");
}

function checkStep(before: Follower["states"][number], after: Follower["states"][number]): void {
  const known = new Map(before.values.map((one) => [`${one.key} ${one.uid}`, one]));
  let kept = 0;
  for (const now of after.values) {
    const then = known.get(`${now.key} ${now.uid}`);
    if (then === undefined) continue;
    kept += 1;
    if (versionOf(now) < versionOf(then)) throw new Error(`${textOf(now)} is older than ${textOf(then)}`);
    if (textOf(now) === textOf(then) && now !== then) throw new Error(`${textOf(now)} is the same and was made anew`);
  }
  const listed = after.lists - before.lists;
  if (kept * 2 < before.values.length && after.events === before.events && listed < 3) {
    throw new Error("a list without most of what was known was believed at once");
  }
}

function versionOf({ data }: Held): number {
  return Number((data as { readonly v: number | string }).v);
}

function textOf({ key, uid, data }: Held): string {
  return `${key} ${uid} ${JSON.stringify(data)}`;
}
