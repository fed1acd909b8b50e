// Answers load balancers and the kubelet: is this process alive, may it get traffic. And Prometheus: what are the numbers.
// In: GET and HEAD of /healthz, /livez, /readyz, /metrics. Out: 200 or 503, one line of text each check with `?verbose`.
// Never: anything of a request or of who made it; this port is open to the network.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { FEW, listen, stopListening } from "../listen.ts";
import { askedUrl } from "./asked-url.ts";
import { EXPOSITION_TYPE } from "./metrics/exposition.ts";

/** What readiness is made of. */
export interface Readiness {
  /** True once the first snapshot is being served. */
  readonly snapshot: boolean;
  /** True from the moment the gateway stops taking new work. */
  readonly draining: boolean;
}

/** One check and its result, in the form of the Kubernetes API server's own `/readyz?verbose`. */
interface Check {
  readonly name: string;
  readonly passes: boolean;
}

/** Whose text `/metrics` is, in pieces. */
interface Measurements {
  text(): AsyncIterable<string>;
}

/** Milliseconds that a reader of `/metrics` may take nothing, and that it has for all of it. */
const PATIENCE = 10_000;
const PATIENCE_IN_ALL = 60_000;
/** Readers at a time: each has every process asked, and all of the text made. */
const READERS = 8;

export class HealthServer {
  readonly #server: Server;
  readonly #readiness: () => Readiness;
  readonly #metrics: Measurements | null;
  readonly #path: string;
  #readers = 0;

  /** @param metrics null: `/metrics` is not found. @param path another one that is answered as `/healthz` is */
  constructor(readiness: () => Readiness, metrics: Measurements | null = null, path = "/healthz") {
    this.#readiness = readiness;
    this.#path = path;
    this.#metrics = metrics;
    const options = { requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
    this.#server = createServer(options, (request, response) => this.#answer(request, response));
  }

  /** @returns the port. @throws the system's error when the port is busy. */
  listen(address: { host?: string; port: number }): Promise<number> {
    return listen(this.#server, address, FEW);
  }

  close(): Promise<void> {
    return stopListening(this.#server);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = askedUrl(request);
    const { method = "" } = request;
    const readable = method === "GET" || method === "HEAD";
    if (pathname === "/metrics" && this.#metrics !== null && readable) {
      this.#tellMetrics(this.#metrics, request, response);
      return;
    }
    const asked = pathname === this.#path ? "/healthz" : pathname;
    const path = asked === "/metrics" && this.#metrics !== null ? "/livez" : asked;
    const answer = answerTo(method, path, searchParams.has("verbose"), this.#readiness());
    response.writeHead(answer.status, {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...(answer.status === 405 ? { allow: "GET, HEAD" } : {}),
    });
    response.end(answer.text);
  }

  /** Whoever asks again and again must not keep us from everything else. */
  #tellMetrics(metrics: Measurements, request: IncomingMessage, response: ServerResponse): void {
    if (this.#readers >= READERS) {
      response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" });
      response.end("Too many read the metrics at once.\n");
      return;
    }
    this.#readers += 1;
    const late = setTimeout(() => response.destroy(), PATIENCE_IN_ALL);
    void tell(metrics, request, response).finally(() => {
      clearTimeout(late);
      this.#readers -= 1;
    });
  }
}

/** Writes the metrics as fast as they are read, compressed where the reader asks for it. A reader that is too slow is let go. */
async function tell(metrics: Measurements, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  response.setTimeout(PATIENCE, () => response.destroy());
  response.writeHead(200, {
    "content-type": EXPOSITION_TYPE,
    "cache-control": "no-store",
    ...(gzip ? { "content-encoding": "gzip" } : {}),
  });
  if (request.method === "HEAD") return void response.end();
  const text = Readable.from(metrics.text(), { objectMode: false });
  try {
    if (gzip) await pipeline(text, createGzip({ level: 1 }), response);
    else await pipeline(text, response);
  } catch {
    // The reader is gone, or something is wrong with a metric: what it got is not whole, and it can tell.
    response.destroy();
  }
}

/** The whole behaviour, without sockets. */
export function answerTo(
  method: string,
  path: string,
  verbose: boolean,
  readiness: Readiness,
): { status: number; text: string } {
  const checks = checksOf(path, readiness);
  if (checks === null) return { status: 404, text: "Not found. Ask /healthz, /livez or /readyz.\n" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, text: "Only GET and HEAD are answered here.\n" };
  const passes = checks.every((check) => check.passes);
  const verdict = `${path.slice(1)} check ${passes ? "passed" : "failed"}\n`;
  const list = checks.map((check) => (check.passes ? `[+]${check.name} ok\n` : `[-]${check.name} failed\n`)).join("");
  return { status: passes ? 200 : 503, text: verbose || !passes ? list + verdict : "ok\n" };
}

function checksOf(path: string, readiness: Readiness): Check[] | null {
  if (path === "/livez") return [{ name: "ping", passes: true }];
  // Manifests and load balancers of ingress-nginx ask /healthz whether to send traffic.
  if (path !== "/readyz" && path !== "/healthz") return null;
  return [
    { name: "snapshot", passes: readiness.snapshot },
    { name: "not-draining", passes: !readiness.draining },
  ];
}
