// Notices when there is more to do than can be done, and refuses some new requests so that the others are served.
// In: what the process measures of itself, four times a second. Out: a refusal for some new requests, and whether idle clients should go.
// Never: a look at a request, a refusal of one that is being served, a word to the admin and health servers, which stand beside.
import type { Clock } from "../clock.ts";
import { Failed } from "../exchange/failure.ts";
import type { Limits, Timeouts } from "../limits.ts";
import { MemoryHighs } from "./memory-highs.ts";
import type { MemoryUse } from "./memory-use.ts";
import { idleClientsShouldGo, isMemoryScarce, refusedShare, type Strain } from "./strain.ts";

/** What the process measures of itself. */
export interface Meters {
  readonly memory: () => MemoryUse;
  /** Open downstream connections. */
  readonly connections: () => number;
}

export interface OverloadOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly meters: Meters;
  /** Has what nobody needs any more collected, which stops everything meanwhile. Called while requests are refused for want of memory. */
  readonly collect: () => void;
  /** Called at each look while idle clients should be let go. */
  readonly onPressure: () => void;
  /** Called when requests begin to be refused, with the reason, and with null when none are any more. */
  readonly onChange: (why: string | null) => void;
  /** Called once, when memory stays used up although requests are refused, and it is we who use it: something will not give it back. */
  readonly onExhausted: (why: string) => void;
}

/** Milliseconds between two looks. */
const INTERVAL = 250;
/** The share of memory, and how many looks in a row find it: five seconds. */
const EXHAUSTED = 0.95;
const EXHAUSTED_LOOKS = 20;

/** Milliseconds between two collections, and how many times as long as the last one took. */
const COLLECTION = 5_000;
const COLLECTION_SHARE = 20;

/** A process that is measured all the time. */
export class Overload {
  readonly #options: OverloadOptions;
  readonly #stop: () => void;
  readonly #highs = new MemoryHighs();
  #share = 0;
  #why = "";
  #lateTicks = 0;
  #exhaustedLooks = 0;
  #last: number;
  #nextCollection = 0;

  constructor(options: OverloadOptions) {
    this.#options = options;
    this.#last = options.clock.now();
    this.#stop = options.clock.every(INTERVAL, () => this.#look());
  }

  /** To be asked once for each new request. @returns null where it may be served */
  refusal(): Failed | null {
    if (this.#share === 0 || Math.random() >= this.#share) return null;
    return new Failed("overloaded", this.#why);
  }

  /** Of new requests, how many are refused: 0 to 1. */
  get share(): number {
    return this.#share;
  }

  close(): void {
    this.#stop();
  }

  #look(): void {
    const { limits, timeouts, meters, onPressure, onChange, onExhausted } = this.#options;
    const now = this.#options.clock.now();
    const late = Math.max(0, now - this.#last - INTERVAL);
    this.#last = now;
    // One long turn (a garbage collection, a stopped process) is over when it is seen: only what goes on is overload.
    this.#lateTicks = late > timeouts.eventLoop ? this.#lateTicks + 1 : 0;
    const memory = meters.memory();
    const strain: Strain = {
      loop: this.#lateTicks >= 2 ? late / timeouts.eventLoop : 0,
      memory: memory.share,
      memoryRises: this.#highs.look(now, memory.share),
      connections: meters.connections() / limits.connections,
    };
    const before = this.#share;
    const { share, why } = refusedShare(before, strain);
    this.#share = share;
    if (why !== null) this.#why = why;
    if (before === 0 && share > 0) onChange(this.#why);
    else if (before > 0 && share === 0) onChange(null);
    if (idleClientsShouldGo(strain)) onPressure();
    if (share > 0 && isMemoryScarce(strain) && now >= this.#nextCollection) this.#collect(now);
    this.#exhaustedLooks = Math.min(memory.share, memory.own) >= EXHAUSTED ? this.#exhaustedLooks + 1 : 0;
    if (this.#exhaustedLooks === EXHAUSTED_LOOKS) onExhausted(this.#why);
  }

  #collect(began: number): void {
    const { clock, collect } = this.#options;
    collect();
    const ended = clock.now();
    this.#nextCollection = ended + Math.max(COLLECTION, COLLECTION_SHARE * (ended - began));
    // It is no lateness of requests that it has been late itself.
    this.#last = ended;
  }
}
