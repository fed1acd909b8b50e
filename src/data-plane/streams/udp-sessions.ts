import type { UdpSession } from "./udp-session.ts";

/** The sessions of all UDP services, those that were quiet longest first: they are bounded together. */
export class UdpSessions {
  readonly #byAge = new Set<UdpSession>();
  readonly #most: number;
  #answered: PromiseWithResolvers<void> | null = null;

  /** @param most how many there may be */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byAge.size;
  }

  /** Makes room for one more. */
  makeRoom(): void {
    if (this.#byAge.size < this.#most) return;
    for (const oldest of this.#byAge) return oldest.close();
  }

  /** A new session, or one whose client has sent something: it is the youngest now. */
  touch(session: UdpSession): void {
    this.#byAge.delete(session);
    this.#byAge.add(session);
  }

  /** A session is closed, or has its answer. */
  changed(session: UdpSession, closed: boolean): void {
    if (closed) this.#byAge.delete(session);
    if (this.#answered === null || this.#waiting()) return;
    this.#answered.resolve();
    this.#answered = null;
  }

  /** Resolves when no client waits for an answer. */
  async untilAnswered(): Promise<void> {
    if (this.#waiting()) await (this.#answered ??= Promise.withResolvers()).promise;
  }

  close(): void {
    for (const session of this.#byAge) session.close();
  }

  #waiting(): boolean {
    return [...this.#byAge].some((session) => session.unanswered);
  }
}
