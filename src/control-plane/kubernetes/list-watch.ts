import type { IncomingMessage } from "node:http";
import { pause, type Timers } from "../timers.ts";
import { ApiError, isAway, Unreachable } from "./api-error.ts";
import { keyOfObject, Malformed } from "./api-object.ts";
import type { ApiServer, Query } from "./api-server.ts";
import { BackOff } from "./back-off.ts";
import { JustStarted } from "./just-started.ts";
import { KnownObjects, type Listing, type Read } from "./known-objects.ts";
import { LineSplitter } from "./line-splitter.ts";
import { listObjects } from "./list-objects.ts";
import type { ListWatchStatus } from "./list-watch-status.ts";
import { goesBackwards } from "./resource-version.ts";
import { Suspicion } from "./suspicion.ts";
import { readWatchEvent, type WatchEvent } from "./watch-event.ts";
import { isOrdinaryEnd, isTooLarge, mustListAfter, mustPageAfter, named, problemOf } from "./watch-failure.ts";
import { Watchdog } from "./watchdog.ts";

export interface ListWatchOptions<Value> {
  readonly api: ApiServer;
  /** For messages and metrics. */
  readonly name: string;
  /** "/apis/networking.k8s.io/v1/ingresses", or below a namespace. */
  readonly path: string;
  /** fieldSelector, labelSelector. */
  readonly query?: Query;
  readonly read: Read<Value>;
  readonly timers: Timers;
  /** 0 to 1. */
  readonly random: () => number;
  /** Milliseconds that a suspicious list is held back before it is asked for again, twice; 0: it is believed at once. */
  readonly hold: number;
  /** Ask for streaming lists (WatchList), falling back to pages where there are none. */
  readonly streaming: boolean;
  /** Called once for all that came together, when a value changed, came or went, and after the first list. */
  readonly onChange: () => void;
  /** Called when the status has another phase or problem. */
  readonly onStatus?: (status: ListWatchStatus) => void;
}

/** Milliseconds. A server that ended each watch at once would be asked without end. */
const SHORTEST_WATCH = 1_000;
/** How much longer than asked for a watch may last, in milliseconds: the connection is then half open. */
const OVERTIME = 30_000;
/** Milliseconds without an octet of a streaming list. */
const LIST_SILENCE = 60_000;
/** How often a kind that the API server does not have is looked for, in milliseconds. */
const ABSENT = 60_000;
/** After so many refusals of our version as too new it is given up: the server was set back. */
const TOO_LARGE = 3;

/**
 * Follows one collection for ever: lists it, watches from there, and resumes after whatever ends that. What was known stays known until
 * something newer is whole. See ARCHITECTURE.md, "Following a cluster".
 */
export class ListWatch<Value> {
  readonly #options: ListWatchOptions<Value>;
  readonly #objects: KnownObjects<Value>;
  readonly #backOff: BackOff;
  readonly #suspicion = new Suspicion();
  readonly #justStarted = new JustStarted();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  /** Where to watch from; null: everything has to be listed. */
  #version: string | null = null;
  #watchingSince: number | null = null;
  #streaming: boolean;
  #tooLarge = 0;
  #status: ListWatchStatus;

  constructor(options: ListWatchOptions<Value>) {
    this.#options = options;
    this.#objects = new KnownObjects(options.read);
    this.#backOff = new BackOff(options.timers, options.random);
    this.#streaming = options.streaming;
    const counts = { objects: 0, lists: 0, watches: 0, events: 0, failures: 0 };
    this.#status = { name: options.name, phase: "listing", synced: false, problem: null, ...counts };
  }

  get status(): ListWatchStatus {
    return { ...this.#status, objects: this.#objects.size };
  }

  /** What is kept of all objects known: the same list as long as none of it changes. */
  values(): readonly Value[] {
    return this.#objects.values();
  }

  get(namespace: string, name: string): Value | undefined {
    return this.#objects.get(namespace, name);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Nothing is called any more afterwards. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#tell({ phase: "closed" });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let delay: number;
      try {
        delay = await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        delay = this.#failed(named(error));
      }
      if (delay > 0) await pause(this.#options.timers, delay, signal);
    }
  }

  /** One list where it is needed, and one watch. @returns how long to wait before the next, when both ended well */
  async #follow(): Promise<number> {
    const { api, path, query = {}, hold } = this.#options;
    this.#watchingSince = null;
    if (this.#version === null) {
      this.#tell({ phase: "listing" });
      if (!this.#streaming) {
        const { listing, resourceVersion } = await listObjects(api, path, query, this.#stop.signal);
        if (!this.#accept(listing, resourceVersion)) return hold;
      }
    }
    if (!(await this.#watch())) return hold;
    return this.#wasWell ? 0 : this.#backOff.next();
  }

  /** The watch lived for a while. One that ends at once is a failure, however it ends. */
  get #wasWell(): boolean {
    return this.#watchingSince !== null && this.#options.timers.now() - this.#watchingSince >= SHORTEST_WATCH;
  }

  /** Takes a whole list, or holds it back. @returns whether it was taken */
  #accept(listing: Listing, resourceVersion: string): boolean {
    this.#status = { ...this.#status, lists: this.#status.lists + 1 };
    const doubt = this.#options.hold > 0 ? this.#suspicion.judge(this.#objects, listing) : null;
    if (doubt !== null) {
      this.#tell({ phase: "waiting", problem: { kind: "suspicious", message: doubt } });
      return false;
    }
    const first = !this.#status.synced;
    const changed = this.#objects.replace(listing);
    this.#version = resourceVersion;
    this.#tooLarge = 0;
    this.#tell({ synced: true, problem: null });
    if (changed || first) this.#options.onChange();
    return true;
  }

  /** @returns false when it began with a list that was held back */
  async #watch(): Promise<boolean> {
    const { api, path, query, timers, random } = this.#options;
    const seconds = 300 + Math.floor(random() * 300);
    const version = this.#version;
    const from =
      version === null
        ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }
        : { resourceVersion: version };
    const asked = { ...query, watch: true, allowWatchBookmarks: true, timeoutSeconds: seconds, ...from };
    const stream = await api.stream(path, { query: asked, signal: this.#stop.signal });
    this.#watchingSince = timers.now();
    this.#justStarted.allowed();
    this.#status = { ...this.#status, watches: this.#status.watches + 1 };
    if (version !== null) this.#tell({ phase: "watching", problem: null });
    const watchdog = new Watchdog(timers, stream);
    try {
      return await this.#readAll(stream, version === null ? new Map() : null, watchdog, seconds);
    } finally {
      watchdog.release();
      stream.destroy();
    }
  }

  async #readAll(
    stream: IncomingMessage,
    initial: Listing | null,
    watchdog: Watchdog,
    seconds: number,
  ): Promise<boolean> {
    const lines = new LineSplitter();
    let listing = initial;
    if (listing === null) watchdog.expect(seconds * 1000 + OVERTIME, halfOpen());
    else watchdog.expect(LIST_SILENCE, silentList());
    for await (const piece of stream as AsyncIterable<Buffer>) {
      if (this.#stop.signal.aborted) return true;
      if (listing !== null) watchdog.expect(LIST_SILENCE, silentList());
      let changed = false;
      try {
        for (const line of lines.take(piece)) {
          const event = readWatchEvent(line);
          if (listing === null) {
            changed = this.#take(event) || changed;
          } else if (collect(event, listing)) {
            if (!this.#accept(listing, event.resourceVersion)) return false;
            listing = null;
            watchdog.expect(seconds * 1000 + OVERTIME, halfOpen());
            this.#tell({ phase: "watching" });
          }
        }
      } finally {
        // Also of what came before a line that is none.
        if (changed) this.#options.onChange();
      }
    }
    if (lines.rest > 0) throw new Malformed("the last line of a watch has no end");
    if (listing !== null) throw new Malformed("a streaming list ended before it was whole");
    return true;
  }

  /** Takes one event. @returns whether a value changed @throws {Malformed} when it comes out of order */
  #take(event: WatchEvent): boolean {
    const version = this.#version ?? "";
    this.#tooLarge = 0;
    if (event.type === "BOOKMARK") {
      if (goesBackwards(event.resourceVersion, version)) throw outOfOrder(event.resourceVersion, version);
      this.#version = event.resourceVersion;
      return false;
    }
    this.#status = { ...this.#status, events: this.#status.events + 1 };
    const { type, object } = event;
    const deleted = type === "DELETED";
    // Said before, or said of an object that another has taken the place of.
    if (deleted ? !this.#objects.hasUid(object) : this.#objects.has(object)) {
      this.#advance(object.metadata.resourceVersion);
      return false;
    }
    const next = object.metadata.resourceVersion ?? "";
    if (goesBackwards(next, version)) throw outOfOrder(next, version);
    this.#version = next || version;
    return deleted ? this.#objects.remove(object) : this.#objects.put(object);
  }

  #advance(version: string | undefined): void {
    if (version && !goesBackwards(version, this.#version ?? "")) this.#version = version;
  }

  /** Decides what comes next. @returns how long to wait, in milliseconds */
  #failed(error: unknown): number {
    const listing = this.#version === null;
    if (listing && mustPageAfter(error)) this.#streaming = false;
    if (isTooLarge(error)) this.#tooLarge += 1;
    if (mustListAfter(error) || this.#tooLarge >= TOO_LARGE) this.#version = null;
    this.#status = { ...this.#status, failures: this.#status.failures + 1 };
    if (!listing && this.#wasWell && isOrdinaryEnd(error)) return 0;
    const problem = problemOf(error);
    // Who has nothing yet waits for what we may not have, and has to know.
    const excused = this.#status.synced && this.#justStarted.excuses(error);
    this.#tell(excused ? { phase: "waiting" } : { phase: "waiting", problem });
    if (problem.kind === "absent") return ABSENT;
    return this.#backOff.next(error instanceof ApiError ? { asked: error.retryAfter } : { away: isAway(error) });
  }

  #tell(news: Partial<Pick<ListWatchStatus, "phase" | "synced" | "problem">>): void {
    const before = this.#status;
    this.#status = { ...before, ...news };
    const same =
      before.phase === this.#status.phase &&
      before.synced === this.#status.synced &&
      before.problem?.message === this.#status.problem?.message &&
      before.problem?.kind === this.#status.problem?.kind;
    if (!same) this.#options.onStatus?.(this.status);
  }
}

/** Puts an initial event into the list. @returns whether it was the last, a bookmark */
function collect(event: WatchEvent, listing: Listing): event is WatchEvent & { readonly type: "BOOKMARK" } {
  if (event.type === "BOOKMARK") return event.initial;
  if (event.type === "DELETED") listing.delete(keyOfObject(event.object));
  else listing.set(keyOfObject(event.object), event.object);
  return false;
}

function outOfOrder(version: string, after: string): Malformed {
  return new Malformed(`an event of version ${version} after version ${after}`);
}

function halfOpen(): Error {
  return new Unreachable("a watch is half open: nothing comes and it does not end", "ETIMEDOUT");
}

function silentList(): Error {
  return new Malformed(`nothing of a streaming list came for ${LIST_SILENCE / 1000} seconds`);
}
