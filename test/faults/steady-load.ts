import { createHash, randomBytes } from "node:crypto";
import { connect, type ClientHttp2Session } from "node:http2";
import { Agent, request as http1Request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What well-behaved clients met. */
export interface LoadResult {
  requests: number;
  /** Answered 200 with the right content. */
  right: number;
  /** By status, or by what the client's connection said. */
  readonly wrong: Map<string, number>;
  /** A response of 200 that came to its end as if whole and was not what was asked for. */
  corrupt: number;
  /** Milliseconds of each request, in no order. */
  readonly times: number[];
}

/** Where requests go: 127.0.0.1 unless there is an address. */
export interface Aim {
  readonly http: number;
  readonly https: number;
  readonly address?: string;
}

/** Milliseconds that a client waits between two requests. */
const PAUSE = 8;
const CLIENTS = { http1: 6, http2: 4 };

/**
 * Clients that ask and check, over HTTP/1.1 in the clear and HTTP/2 over TLS, GET and POST in turn, each request under an id of its own.
 * They try nothing twice: what goes wrong is counted.
 */
export class SteadyLoad {
  readonly result: LoadResult = { requests: 0, right: 0, wrong: new Map(), corrupt: 0, times: [] };
  /** Ids of the POST requests. */
  readonly posted: string[] = [];
  readonly #host: string;
  readonly #gateway: Aim;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #methods: readonly ("GET" | "POST")[];
  #stopped = false;
  #session: ClientHttp2Session | null = null;
  readonly #workers: Promise<void>[];

  constructor(gateway: Aim, host: string, methods: readonly ("GET" | "POST")[] = ["GET", "POST"]) {
    this.#gateway = gateway;
    this.#host = host;
    this.#methods = methods;
    const http1 = Array.from({ length: CLIENTS.http1 }, () => this.#work((id, body) => this.#overHttp1(id, body)));
    const http2 = Array.from({ length: CLIENTS.http2 }, () => this.#work((id, body) => this.#overHttp2(id, body)));
    this.#workers = [...http1, ...http2];
  }

  /** Ends when the requests under way are answered. */
  async stop(): Promise<LoadResult> {
    this.#stopped = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
    this.#session?.close();
    return this.result;
  }

  /** Runs for a while, then stops. */
  async during(milliseconds: number): Promise<LoadResult> {
    await delay(milliseconds);
    return this.stop();
  }

  async #work(ask: (id: string, body: Buffer | null) => Promise<{ status: number; body: string }>): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const id = randomBytes(8).toString("hex");
      const body = this.#methods[turn % this.#methods.length] === "POST" ? randomBytes(2_000) : null;
      if (body !== null) this.posted.push(id);
      const began = performance.now();
      this.result.requests += 1;
      try {
        const answer = await ask(id, body);
        if (answer.status !== 200) this.#wrong(String(answer.status));
        else if (answer.body === expectedAnswer(id, body)) this.result.right += 1;
        else this.result.corrupt += 1;
      } catch (error) {
        this.#wrong(kindOf(error as NodeJS.ErrnoException));
      }
      this.result.times.push(performance.now() - began);
      await delay(PAUSE);
    }
  }

  #wrong(what: string): void {
    this.result.wrong.set(what, (this.result.wrong.get(what) ?? 0) + 1);
  }

  #overHttp1(id: string, body: Buffer | null): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const request = http1Request({
        agent: this.#agent,
        host: this.#gateway.address ?? "127.0.0.1",
        port: this.#gateway.http,
        path: `/${id}`,
        method: body === null ? "GET" : "POST",
        headers: { host: this.#host, ...(body === null ? {} : { "content-length": body.length }) },
      });
      request.on("error", reject);
      request.on("response", (response) => {
        let text = "";
        response.setEncoding("latin1");
        response.on("data", (piece: string) => (text += piece));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      request.end(body ?? undefined);
    });
  }

  #overHttp2(id: string, body: Buffer | null): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const stream = this.#open().request(
        { ":method": body === null ? "GET" : "POST", ":path": `/${id}`, ":authority": this.#host },
        { endStream: body === null },
      );
      let status = 0;
      let text = "";
      stream.setEncoding("latin1");
      stream.on("response", (fields) => (status = Number(fields[":status"])));
      stream.on("data", (piece: string) => (text += piece));
      stream.on("error", reject);
      stream.on("end", () => {
        if (stream.rstCode === 0) resolve({ status, body: text });
      });
      stream.on("close", () => reject(new Error(`stream closed with code ${stream.rstCode}`)));
      if (body !== null) stream.end(body);
    });
  }

  #open(): ClientHttp2Session {
    const old = this.#session;
    if (old !== null && !old.closed && !old.destroyed) return old;
    const session = connect(`https://${this.#gateway.address ?? "127.0.0.1"}:${this.#gateway.https}`, {
      rejectUnauthorized: false,
    });
    session.on("error", () => {});
    this.#session = session;
    return session;
  }
}

/** A stream that was refused was not processed, and its client may send the request again (RFC 9113 §8.7). */
export const REFUSED = "refused";

function kindOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ERR_HTTP2_STREAM_ERROR" && error.message.endsWith("NGHTTP2_REFUSED_STREAM")) return REFUSED;
  return error.code ?? String(error);
}

/** What the endpoints of the tests answer. */
export function expectedAnswer(id: string, body: Buffer | null): string {
  return `${id} ${createHash("sha256")
    .update(body ?? "")
    .digest("hex")}`;
}
