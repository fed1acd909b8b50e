import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { FakeApiServer } from "../fake/fake-api-server.ts";
import type { LiveWatch, Mangle, WatchLine } from "../fake/live-watch.ts";
import { Refusal, without, type Draft, type StoredObject } from "../fake/object.ts";
import type { BrokenWatch, Change, Step } from "./step.ts";

/** Makes an object that says what a change has it say, or which version it is. @param version null: one that cannot be read */
export type DraftOf = (change: Pick<Change, "of" | "name" | "draft">, version: number | null) => Draft;

/** Long enough for whatever is under way between two ends in this process. */
const TURNS = 20;
/** The longest pause after a failure, in milliseconds. */
const PAUSE = 60_000;
/** Milliseconds after which any watch is half open. */
const HALF_OPEN = 700_000;

interface Told {
  readonly type: string;
  readonly object: StoredObject;
}

/** A fake API server that goes through histories, and remembers all it ever held. Of each kind "z" is there from the beginning to the end. */
export class TroubledCluster {
  readonly fake: FakeApiServer;
  readonly timers = new ManualTimers();
  readonly api: ApiServer;
  /** Every version of every object that there ever was, first to last. */
  readonly ever: StoredObject[] = [];
  readonly #draft: DraftOf;
  /** Everything watches were told, by kind. */
  readonly #told = new Map<string, Told[]>();
  #version = 0;
  /** Lets the answers come that are slow. */
  #hurry = Promise.withResolvers<void>();
  #away = false;
  /** A line that waits for the next, to be sent after it. */
  #kept: readonly WatchLine[] = [];

  private constructor(fake: FakeApiServer, draft: DraftOf, kinds: readonly string[]) {
    this.fake = fake;
    // Several that are made one after another are of one age.
    fake.clock = () => new Date(Math.floor(Number(fake.version) / 8) * 1000);
    this.#draft = draft;
    const identify = () => Promise.resolve({ headers: {}, tls: {} });
    this.api = new ApiServer({ server: new URL(fake.url), about: "the test", identify }, { timers: this.timers });
    for (const of of kinds) {
      const told: Told[] = [];
      this.#told.set(of, told);
      fake.collection(of).onChange(({ type, object }) => {
        told.push({ type, object });
        this.ever.push(object);
      });
      this.take({ do: "put", of, name: "z" });
    }
  }

  static async start(kinds: readonly string[], draft: DraftOf): Promise<TroubledCluster> {
    const fake = await new FakeApiServer().start();
    fake.longestPage = 1;
    return new TroubledCluster(fake, draft, kinds);
  }

  async live(history: readonly Step[]): Promise<void> {
    for (const step of history) {
      this.take(step);
      if (step.do === "away" || step.do === "back") await this.#go(step.do === "away");
      if (step.do === "wait") this.timers.advance(step.milliseconds);
      if (step.do === "turn" || step.do === "hurry" || step.do === "wait") await turns(TURNS);
      if (step.do === "torn") await this.#tear(step);
      if (step.do === "bookmarked") await this.#settle(step.of);
    }
  }

  /** From now on all goes well. */
  async calm(): Promise<void> {
    this.fake.mangle = null;
    this.fake.faults.clear();
    this.#hurryUp();
    await this.#go(false);
    await turns(TURNS);
    // What was kept back comes with the next watch. Others go on: what is wrong must not be mended here.
    if (this.#kept.length > 0) for (const watch of this.fake.watches()) watch.end();
    this.#kept = [];
    if (this.fake.watches().some(({ frozen }) => frozen)) this.timers.advance(HALF_OPEN);
  }

  /** Lets pauses pass until something holds. @throws it never does */
  async passUntil(ready: () => boolean): Promise<void> {
    for (let count = 0; !ready(); count += 1) {
      if (count > 2_000) throw new Error("what is known is not what is there, and no more happens");
      await turns(TURNS);
      this.timers.advance(Math.min(this.timers.waits[0] ?? 0, PAUSE));
    }
  }

  async close(): Promise<void> {
    this.api.close();
    if (!this.#away) await this.fake.stop();
  }

  take(step: Step): void {
    const { fake } = this;
    if (step.do === "put" || step.do === "break") this.#put(step);
    else if (step.do === "remove") this.#remove(step);
    else if (step.do === "again") {
      this.#remove(step);
      this.#put(step);
    } else if (step.do === "touch") this.#touch(step);
    else if (step.do === "restore") this.#restore(step);
    else if (step.do === "watch") this.#breakWatch(step.of, step.how);
    else if (step.do === "unseen") this.#unseen(step);
    else if (step.do === "replay") this.#replay(step);
    else if (step.do === "echo") this.#echo(step.of);
    else if (step.do === "mangle") fake.mangle = this.#mangle(step.how);
    else if (step.do === "fault") fake.fault({ ...step, resource: step.of });
    else if (step.do === "slow") fake.fault({ ...step, resource: step.of, fault: { after: this.#hurry.promise } });
    else if (step.do === "hurry") this.#hurryUp();
    else if (step.do === "compact") fake.collection(step.of).compact();
    else if (step.do === "expirePages") fake.expirePages();
    // What is kept back would be lost behind a bookmark, and no server does that.
    else if (step.do === "bookmark" && this.#kept.length === 0) fake.bookmark(step.of);
  }

  #put(change: Change): void {
    const draft = this.#drafted(change, change.do === "break" ? null : (this.#version += 1));
    const stored = this.#has(change) ? this.fake.collection(change.of).get(...this.#keyOf(change)) : null;
    // No API server lets the type of a Secret change: who wants another makes it again.
    const type = stored?.["type"] ?? draft["type"];
    if (change.do !== "break" && type !== draft["type"]) this.#remove(change);
    this.fake.put(
      change.of,
      change.do === "break" && stored !== null && type !== undefined ? { ...draft, type } : draft,
    );
  }

  #drafted(change: Change, version: number | null): Draft {
    const { metadata, ...rest } = this.#draft(change, version);
    const place = placeOf(change.name);
    const { namespaced } = this.fake.collection(change.of).kind;
    return { ...rest, metadata: { ...metadata, ...(namespaced ? place : { name: place.name }) } };
  }

  #remove(step: Change): void {
    if (this.#has(step)) this.fake.remove(step.of, placeOf(step.name).name, placeOf(step.name).namespace);
  }

  /** A write that nobody who reads the object for its own sake notices. */
  #touch(step: Change): void {
    if (!this.#has(step)) return;
    const collection = this.fake.collection(step.of);
    const [namespace, name] = this.#keyOf(step);
    const stored = collection.get(namespace, name);
    const metadata = without(stored.metadata, "resourceVersion");
    const news = { status: { seen: (this.#version += 1) } };
    collection.update(namespace, name, { ...stored, metadata, ...news }, collection.kind.status ? "status" : "object");
  }

  /** The same version number is another object now; watches have ended, as when the server was started again with it. */
  #restore(step: Change): void {
    if (!this.#has(step)) return;
    const draft = this.#drafted(step, (this.#version += 1));
    this.ever.push(this.fake.collection(step.of).restore(...this.#keyOf(step), draft));
    for (const watch of this.fake.watches(step.of)) watch.reset();
  }

  #has(step: Change): boolean {
    return this.fake.collection(step.of).has(...this.#keyOf(step));
  }

  #keyOf({ of, name: written }: Change): [string, string] {
    const { namespace, name } = placeOf(written);
    return [this.fake.collection(of).kind.namespaced ? namespace : "", name];
  }

  #unseen({ of, changes, compact }: Step & { readonly do: "unseen" }): void {
    const open = this.fake.watches(of);
    for (const watch of open) watch.freeze();
    for (const change of changes) this.take(change);
    if (compact) this.fake.collection(of).compact();
    for (const watch of open) watch.end();
  }

  async #tear({ of, changes }: Step & { readonly do: "torn" }): Promise<void> {
    this.take({ do: "slow", of, verb: "page" });
    this.#breakWatch(of, "expired");
    await turns(TURNS);
    this.timers.advance(PAUSE);
    await turns(TURNS);
    for (const change of changes) this.take(change);
    this.fake.expirePages();
    this.#hurryUp();
    await turns(TURNS);
  }

  #breakWatch(of: string, how: BrokenWatch): void {
    const [watch] = this.fake.watches(of);
    if (watch === undefined) return;
    if (how === "expired") watch.error(new Refusal(410, "Expired", "too old"));
    else if (how === "garbage") watch.raw("{]\n");
    else if (how === "old") watch.bookmark(this.#told.get(of)?.at(-3)?.object.metadata.resourceVersion ?? "7");
    else if (how === "half") {
      watch.raw('{"type":');
      watch.end();
    } else watch[how]();
  }

  #replay({ of, back, count }: Step & { readonly do: "replay" }): void {
    const told = this.#told.get(of) ?? [];
    const from = Math.max(0, told.length - back);
    this.#say(of, told.slice(from, from + count));
  }

  /** Says again what is so: of each object that is there its newest version, of each that is gone that it went. */
  #echo(of: string): void {
    const there = new Set(this.fake.collection(of).list());
    const so = (this.#told.get(of) ?? []).filter(({ type, object }) => type === "DELETED" || there.has(object));
    if (this.#kept.length === 0) this.#say(of, so);
  }

  /** Where a watch is open, it is told how far it is, and nobody can watch from before that. */
  async #settle(of: string): Promise<void> {
    const watch = this.#well(of);
    if (watch === null || this.#kept.length > 0) return;
    this.fake.put("leases", { metadata: { name: "elsewhere" }, spec: { leaseTransitions: (this.#version += 1) } });
    watch.bookmark(this.fake.version);
    await turns(TURNS);
    if (watch.open) this.fake.collection(of).compact();
  }

  /** To the oldest watch of a kind, what of these is for it. */
  #say(of: string, lines: readonly Told[]): void {
    const watch = this.#well(of);
    watch?.raw(linesOf(lines.filter(({ object }) => watch.added(object) !== null)));
  }

  /** The oldest watch of a kind, where it is well. */
  #well(of: string): LiveWatch | null {
    const [watch] = this.fake.watches(of);
    return watch === undefined || watch.frozen ? null : watch;
  }

  #hurryUp(): void {
    this.#hurry.resolve();
    this.#hurry = Promise.withResolvers<void>();
  }

  #mangle(how: (Step & { do: "mangle" })["how"]): Mangle {
    return (lines) => {
      const now = [...this.#kept, ...lines];
      this.#kept = [];
      if (how === "not") return now;
      if (how === "twice") return [...now, ...now];
      if (how === "modified") return now.map((line) => (line.type === "ADDED" ? { ...line, type: "MODIFIED" } : line));
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

function linesOf(lines: readonly WatchLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function placeOf(written: string): { readonly namespace: string; readonly name: string } {
  const [name = "", namespace = "default"] = written.split("/").toReversed();
  return { namespace, name };
}
