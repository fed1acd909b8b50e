import { Failed } from "../exchange/failure.ts";
import { MOST_STREAMS, UpstreamSession } from "../http2/upstream-session.ts";
import { StreamQueue } from "./stream-queue.ts";
import type { Carrier, ConnectionsSurroundings, EndpointConnections, WhenCancellable } from "./endpoint-connections.ts";

/** A session that is being opened, and how many wait for it. */
interface Opening {
  readonly done: Promise<void>;
  waiting: number;
}

/** Sessions opened for one request whose streams others took meanwhile. */
const SESSIONS_TRIED = 10;

/** Sessions of HTTP/2 to one endpoint: one for as many requests as the upstream grants streams, then another. */
export class Http2Sessions implements EndpointConnections {
  readonly #surroundings: ConnectionsSurroundings;
  /** Oldest first: the others get idle for long enough to be closed. */
  readonly #sessions = new Set<UpstreamSession>();
  readonly #queue: StreamQueue;
  #opening: Opening | null = null;
  /** Sessions that are open, or being opened. */
  #count = 0;
  /** Streams that the upstream granted on the session before. */
  #granted = MOST_STREAMS;

  constructor(surroundings: ConnectionsSurroundings) {
    this.#surroundings = surroundings;
    this.#queue = new StreamQueue(surroundings.deadlines);
  }

  get busy(): number {
    return [...this.#sessions].reduce((sum, session) => sum + session.busy, 0);
  }

  get idle(): number {
    return [...this.#sessions].filter((session) => session.busy === 0).length;
  }

  takeIdle(): Carrier | null {
    for (const session of this.#sessions) {
      const stream = session.reserve();
      if (stream !== null) return stream;
    }
    return null;
  }

  async connect(timeout: number, whenCancellable: WhenCancellable): Promise<Carrier> {
    const until = this.#surroundings.deadlines.after(timeout);
    for (let tried = 0; tried < SESSIONS_TRIED; tried++) {
      const stream = this.takeIdle() ?? (await this.#next(until, timeout, whenCancellable));
      if (stream !== null) return stream;
    }
    throw new Failed("upstream_refused", "the upstream grants no stream");
  }

  closeIdle(): void {
    for (const session of this.#sessions) if (session.busy === 0) session.retire();
  }

  eject(): void {
    for (const session of this.#sessions) session.retire();
  }

  retire(): void {
    this.eject();
  }

  close(why: Failed): void {
    for (const session of this.#sessions) session.abort(why);
  }

  /** @returns null when there is a session more, or room for one: streams are then to be looked for anew */
  async #next(until: number, timeout: number, whenCancellable: WhenCancellable): Promise<Carrier | null> {
    const full = this.#count >= this.#surroundings.limits.sessionsPerEndpoint;
    if (full && !this.#mayJoin(this.#opening)) return this.#queue.wait(until, whenCancellable);
    await cancellable(this.#session(timeout), whenCancellable);
    return null;
  }

  #mayJoin(opening: Opening | null): opening is Opening {
    return opening !== null && opening.waiting < this.#granted;
  }

  /** Joins those who wait for a session, as far as it will have streams for them. */
  #session(timeout: number): Promise<void> {
    const opening = this.#opening;
    if (this.#mayJoin(opening)) {
      opening.waiting += 1;
      return opening.done;
    }
    const fresh: Opening = { done: this.#open(timeout), waiting: 1 };
    const over = (): void => {
      if (this.#opening === fresh) this.#opening = null;
    };
    fresh.done.then(over, over);
    this.#opening = fresh;
    return fresh.done;
  }

  /** Not given up when one of those who wait leaves: the next request will want it. */
  async #open(timeout: number): Promise<void> {
    const { open, onOutcome, deadlines } = this.#surroundings;
    const since = deadlines.now;
    this.#count += 1;
    const { socket } = await open(timeout, () => {}).catch((error: unknown) => {
      this.#gone();
      throw error;
    });
    const options = {
      ...this.#surroundings,
      onFree: () => this.#queue.serve(() => this.takeIdle()),
      onClosed: (closed: UpstreamSession) => {
        this.#sessions.delete(closed);
        this.#gone();
      },
    };
    const session = new UpstreamSession(socket, options, timeout);
    this.#sessions.add(session);
    try {
      await session.ready;
    } catch (error) {
      onOutcome(Failed.from(error), since);
      throw error;
    }
    this.#granted = Math.max(1, session.granted);
  }

  #gone(): void {
    this.#count -= 1;
    this.#queue.wake();
  }
}

function cancellable(opened: Promise<void>, whenCancellable: WhenCancellable): Promise<void> {
  return new Promise((resolve, reject) => {
    whenCancellable(reject);
    opened.then(resolve, reject);
  });
}
