import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { request as secureRequest } from "node:https";

export interface LoadOptions {
  readonly http: number;
  /** null: nothing is asked over TLS. */
  readonly https: number | null;
  readonly hosts: readonly string[];
  /** Those that have a certificate. */
  readonly securedHosts: readonly string[];
  /** Requests a second, and how many of them over TLS, each in a handshake of its own. */
  readonly rate: number;
  readonly secureRate: number;
}

export interface LoadCounts {
  readonly requests: number;
  readonly failed: number;
  /** What went wrong first. */
  readonly first: string | null;
  /** Milliseconds. */
  readonly times: readonly number[];
}

const TICK = 20;
const PATIENCE = 30_000;

/** Requests at a steady rate, one host after another. */
export class Load {
  readonly #options: LoadOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();
  readonly #times: number[] = [];
  readonly #since = performance.now();
  #sent = { plain: 0, secure: 0 };
  #failed = 0;
  #first: string | null = null;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#catchUp(), TICK);
  }

  async stop(): Promise<LoadCounts> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    this.#agent.destroy();
    const { plain, secure } = this.#sent;
    return { requests: plain + secure, failed: this.#failed, first: this.#first, times: this.#times };
  }

  #catchUp(): void {
    const { rate, secureRate, hosts, securedHosts, http, https } = this.#options;
    const seconds = (performance.now() - this.#since) / 1000;
    for (; this.#sent.plain < seconds * rate; this.#sent.plain += 1) {
      const host = hosts[(this.#sent.plain * 7919) % hosts.length] ?? "";
      this.#track((done) =>
        request({ agent: this.#agent, host: "127.0.0.1", port: http, headers: { host }, timeout: PATIENCE }, done),
      );
    }
    if (https === null || securedHosts.length === 0) return;
    for (; this.#sent.secure < seconds * secureRate; this.#sent.secure += 1) {
      const host = securedHosts[(this.#sent.secure * 7919) % securedHosts.length] ?? "";
      const tls = { servername: host, rejectUnauthorized: false, agent: false } as const;
      this.#track((done) =>
        secureRequest({ ...tls, host: "127.0.0.1", port: https, headers: { host }, timeout: PATIENCE }, done),
      );
    }
  }

  #track(send: (done: (response: IncomingMessage) => void) => ClientRequest): void {
    const began = performance.now();
    const pending = new Promise<void>((resolve) => {
      const end = (problem: string | null): void => {
        if (problem !== null) {
          this.#failed += 1;
          this.#first ??= problem;
        } else this.#times.push(performance.now() - began);
        resolve();
      };
      const sent = send((response) => {
        const { statusCode = 0 } = response;
        response.resume();
        response.on("end", () => end(statusCode === 200 ? null : `status ${statusCode}`));
        response.on("error", (error) => end(error.message));
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer")));
      sent.on("error", (error) => end(error.message));
      sent.end();
    });
    this.#pending.add(pending);
    void pending.then(() => this.#pending.delete(pending));
  }
}
