import * as fc from "fast-check";
import { ApiServer } from "../../src/control-plane/kubernetes/api-server.ts";
import { ManualTimers } from "../support/manual-timers.ts";
import type { Fault, Verb } from "./fake/faults.ts";
import { FakeApiServer } from "./fake/fake-api-server.ts";
import type { Mangle, WatchLine } from "./fake/live-watch.ts";
import { Refusal } from "./fake/object.ts";
import { Follower, type Held } from "./follower.ts";

/** One thing that happens to a cluster, or to what we hear of it. */
export type Step =
  | { readonly do: "put" | "remove" | "again"; readonly name: string }
  | { readonly do: "watch"; readonly how: "end" | "reset" | "freeze" | "expired" | "garbage" | "half" | "old" }
  | { readonly do: "mangle"; readonly how: "twice" | "swapped" | "modified" | "replayed" | "not" }
  | { readonly do: "fault"; readonly verb: Verb; readonly fault: Fault }
  | { readonly do: "compact" | "bookmark" | "expirePages" | "away" | "back" | "turn" }
  | { readonly do: "wait"; readonly milliseconds: number };

const name = fc.constantFrom("a", "b");
const fault = fc.constantFrom<Fault>(
  ...(["reset", "cut", "truncated"] as const),
  ...[401, 403, 404, 410, 429, 500, 503].map((status) => ({ status })),
  { body: '{"items":7}' },
);

/** Steps, most of them changes. A server that lies about everything being gone is believed the third time, so none lies. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("put" as const, "remove", "again"), name }) },
    { weight: 3, arbitrary: fc.constant({ do: "turn" } as const) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("watch" as const),
        how: fc.constantFrom("end" as const, "reset", "freeze", "expired", "garbage", "half", "old"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("mangle" as const),
        how: fc.constantFrom("twice" as const, "swapped", "modified", "replayed", "not"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("fault" as const),
        verb: fc.constantFrom<Verb>("list", "page", "watch"),
        fault,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("compact" as const, "bookmark", "expirePages", "away", "back") }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("wait" as const), milliseconds: fc.constantFrom(1_000, 30_000, 400_000) }),
    },
  ),
  { maxLength: 40 },
);

/** Follows a cluster through a history; afterwards all goes well again. @throws what is known is not what is there, or never was */
export async function live(history: readonly Step[], streaming: boolean): Promise<void> {
  const cluster = await Cluster.start();
  const follower = new Follower(cluster.api, { timers: cluster.timers, streaming, hold: 10_000 });
  try {
    for (const step of history) await cluster.take(step);
    await cluster.calm();
    await cluster.turnUntil(() => same(follower.watch.values(), cluster.held()));
    for (const state of follower.states) cluster.checkExisted(state);
  } finally {
    await follower.close();
    await cluster.close();
  }
}

class Cluster {
  readonly fake: FakeApiServer;
  readonly timers = new ManualTimers();
  readonly api: ApiServer;
  /** Every version of every object that ever was. */
  readonly #existed = new Set<string>();
  #version = 0;
  #away = false;
  /** A line that waits for the next, to be sent after it. */
  #kept: WatchLine[] = [];
  readonly #said: WatchLine[] = [];

  private constructor(fake: FakeApiServer) {
    this.fake = fake;
    const identify = () => Promise.resolve({ headers: {}, tls: {} });
    this.api = new ApiServer({ server: new URL(fake.url), about: "the test", identify }, { timers: this.timers });
    // One object is never deleted, so that nothing known may ever be empty.
    this.#put("z");
  }

  static async start(): Promise<Cluster> {
    return new Cluster(await new FakeApiServer().start());
  }

  async take(step: Step): Promise<void> {
    const { fake } = this;
    if (step.do === "put") this.#put(step.name);
    else if (step.do === "remove") this.#remove(step.name);
    else if (step.do === "again") {
      this.#remove(step.name);
      this.#put(step.name);
    } else if (step.do === "watch") this.#breakWatch(step.how);
    else if (step.do === "mangle") fake.mangle = this.#mangle(step.how);
    else if (step.do === "fault") fake.fault(step);
    else if (step.do === "compact") fake.collection("configmaps").compact();
    else if (step.do === "expirePages") fake.expirePages();
    // What is kept back would be lost behind a bookmark, and no server does that.
    else if (step.do === "bookmark" && this.#kept.length === 0) fake.bookmark();
    else if (step.do === "away") await this.#go(true);
    else if (step.do === "back") await this.#go(false);
    else if (step.do === "wait") this.timers.advance(step.milliseconds);
    if (step.do === "turn" || step.do === "wait") await turns(20);
  }

  /** From now on all goes well. */
  async calm(): Promise<void> {
    this.fake.mangle = null;
    this.fake.faults.clear();
    await this.#go(false);
    // What was kept back, or is behind a frozen watch, comes with the next one. Other watches go on: what is wrong must not be mended here.
    for (const watch of this.fake.watches()) if (this.#kept.length > 0 || watch.frozen) watch.end();
    this.#kept = [];
  }

  /** Lets pauses pass until something holds. */
  async turnUntil(ready: () => boolean): Promise<void> {
    for (let count = 0; !ready(); count += 1) {
      if (count > 20_000) throw new Error("what is known is not what is there, and no more happens");
      await turns(1);
      // Only a pause: what is under way may not be hurried.
      if (this.timers.waits.length === 1 && (this.timers.waits[0] ?? 0) <= 60_000) this.timers.advance(60_000);
    }
  }

  held(): string[] {
    return this.fake
      .collection("configmaps")
      .list()
      .map((object) => identity(object.metadata.name, object.metadata.uid, object["data"]));
  }

  checkExisted(state: readonly Held[]): void {
    const known = state.map(identityOf);
    const never = known.find((one) => !this.#existed.has(one));
    if (never !== undefined) throw new Error(`this never was: ${never}`);
    if (!state.some(({ key }) => key.endsWith("/z"))) throw new Error("an object that was never deleted was forgotten");
  }

  async close(): Promise<void> {
    this.api.close();
    if (!this.#away) await this.fake.stop();
  }

  #put(name: string): void {
    const data = { v: String((this.#version += 1)) };
    const { uid } = this.fake.put("configmaps", { metadata: { name }, data }).metadata;
    this.#existed.add(identity(name, uid, data));
  }

  #remove(name: string): void {
    if (this.fake.collection("configmaps").has("default", name)) this.fake.remove("configmaps", name);
  }

  #breakWatch(how: (Step & { do: "watch" })["how"]): void {
    const [watch] = this.fake.watches("configmaps");
    if (watch === undefined) return;
    if (how === "expired") watch.error(new Refusal(410, "Expired", "too old"));
    else if (how === "garbage") watch.raw("{]\n");
    else if (how === "old") watch.bookmark("7");
    else if (how === "half") {
      watch.raw('{"type":');
      watch.end();
    } else watch[how]();
  }

  #mangle(how: (Step & { do: "mangle" })["how"]): Mangle {
    return (lines) => {
      const now = [...this.#kept, ...lines];
      this.#said.push(...lines);
      this.#kept = [];
      if (how === "not") return now;
      if (how === "twice") return [...now, ...now];
      if (how === "modified")
        return now.map((line) => ({ ...line, type: line.type === "ADDED" ? "MODIFIED" : line.type }));
      if (how === "replayed") return [...now, ...this.#said.slice(-3)];
      if (now.length > 1) return now.toReversed();
      this.#kept = now;
      return [];
    };
  }

  async #go(away: boolean): Promise<void> {
    if (away === this.#away) return;
    this.#away = away;
    await (away ? this.fake.stop() : this.fake.start());
  }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
}

function same(known: readonly Held[], there: readonly string[]): boolean {
  return known.length === there.length && known.every((one) => there.includes(identityOf(one)));
}

function identityOf({ key, uid, data }: Held): string {
  return identity(key.split("/")[1] ?? "", uid, data);
}

function identity(name: string, uid: string, data: unknown): string {
  return `${name} ${uid} ${JSON.stringify(data)}`;
}
