import type { Socket } from "node:net";
import type { Deadlines } from "../deadlines.ts";
import { type Peer, peerOf } from "../http/client-address.ts";
import type { TrustedRanges } from "../http/trusted-ranges.ts";
import type { Intake } from "../http1/intake.ts";
import type { Timeouts } from "../limits.ts";
import { awaitProxyHeader } from "./await-proxy-header.ts";

/** What the PROXY headers of a data plane's listeners are read by. */
export interface ProxyHeaderSettings {
  /** Whether connections begin with a header, now. */
  readonly expected: () => boolean;
  /** Whose connections do. */
  readonly trusted: TrustedRanges;
  readonly deadlines: Deadlines;
  /** `requestHead` is what a header has to be whole. */
  readonly timeouts: Timeouts;
  /** What the operator should hear of. */
  readonly onProblem: (message: string) => void;
}

/** Milliseconds between two complaints: a load balancer that is configured wrongly does everything wrong. */
const COMPLAINTS = 60_000;

/** Reads the PROXY headers that the connections of trusted peers begin with, before TLS and HTTP. */
export class ProxyHeaders {
  readonly #settings: ProxyHeaderSettings;
  readonly #waiting = new Set<Socket>();
  #complained = -Infinity;

  constructor(settings: ProxyHeaderSettings) {
    this.#settings = settings;
  }

  /** Whether this connection must begin with a header. */
  expectedFrom(socket: Socket): boolean {
    return this.#settings.expected() && this.#settings.trusted.has(peerOf(socket).address);
  }

  /** See `awaitProxyHeader`. */
  read(socket: Socket, intake: Intake, whole: (client: Peer | null, rest: Buffer) => void): void {
    const from = peerOf(socket).address;
    this.#waiting.add(socket);
    socket.on("close", () => this.#waiting.delete(socket));
    const { deadlines, timeouts } = this.#settings;
    awaitProxyHeader(socket, intake, {
      deadlines,
      timeout: timeouts.requestHead,
      whole: (client, rest) => {
        this.#waiting.delete(socket);
        whole(client, rest);
      },
      refused: (why) => this.#complain(from, why),
    });
  }

  /** Closes the connections whose header is not there yet. */
  closeWaiting(): void {
    for (const socket of this.#waiting) socket.destroy();
  }

  #complain(from: string, why: string): void {
    const { deadlines, onProblem } = this.#settings;
    if (deadlines.now - this.#complained < COMPLAINTS) return;
    this.#complained = deadlines.now;
    onProblem(
      `a connection from ${from} was closed, ${why}: trusted load balancers must send the PROXY protocol (said once a minute at most)`,
    );
  }
}
