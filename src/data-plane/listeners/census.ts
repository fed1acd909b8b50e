type Listener = "http" | "https";
type Protocol = "http1" | "http2";

/** Connections of one listener that speak one protocol. */
interface Spoken {
  readonly listener: Listener;
  readonly protocol: Protocol;
  /** Now. */
  readonly serving: number;
  /** Since the start. One that turned out to speak HTTP/2 in plain text counted as HTTP/1 before. */
  readonly began: number;
}

/** How TLS handshakes ended, since the start. */
export interface HandshakeCounts {
  /** By version: "TLSv1.3". */
  readonly done: Readonly<Record<string, number>>;
  /** By code of the error. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Connections of clients, counted; see Listeners. */
export interface ConnectionCounts {
  /** Sockets now, those in a handshake included. */
  readonly open: number;
  /** Of them, those that wait for a request. */
  readonly idle: number;
  /** Sockets since the start. */
  readonly accepted: Readonly<Record<Listener, number>>;
  /** Of them, those that were closed at once, being too many. */
  readonly turnedAway: number;
  readonly spoken: readonly Spoken[];
  readonly tls: readonly HandshakeCounts[];
}

/** Counts connections: plain numbers, changed when one comes or goes, never by a request. */
export class Census {
  readonly #accepted = { http: 0, https: 0 };
  readonly #spoken = {
    http: { http1: { serving: 0, began: 0 }, http2: { serving: 0, began: 0 } },
    https: { http1: { serving: 0, began: 0 }, http2: { serving: 0, began: 0 } },
  };
  #turnedAway = 0;

  arrived(listener: Listener): void {
    this.#accepted[listener] += 1;
  }

  turnedAway(): void {
    this.#turnedAway += 1;
  }

  began(listener: Listener, protocol: Protocol): void {
    const entry = this.#spoken[listener][protocol];
    entry.serving += 1;
    entry.began += 1;
  }

  ended(listener: Listener, protocol: Protocol): void {
    this.#spoken[listener][protocol].serving -= 1;
  }

  get counts(): Omit<ConnectionCounts, "open" | "idle" | "tls"> {
    const spoken = (["http", "https"] as const).flatMap((listener) =>
      (["http1", "http2"] as const).map((protocol) => ({ listener, protocol, ...this.#spoken[listener][protocol] })),
    );
    return { accepted: { ...this.#accepted }, turnedAway: this.#turnedAway, spoken };
  }
}
