import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { systemTimers, type Timers } from "../timers.ts";
import { Agents } from "./agents.ts";
import { apiError, isCertificateError, Unreachable } from "./api-error.ts";
import type { Credentials, Identity } from "./credentials.ts";
import { FreshIdentity } from "./fresh-identity.ts";
import { parseJson, readBody } from "./read-body.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; default "application/json". Patches name theirs: "application/merge-patch+json". */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface ApiServerOptions {
  /** As `User-Agent`, by which operators tell clients apart in audit logs. */
  readonly userAgent?: string;
  readonly timers?: Timers;
}

/** Milliseconds without an octet after which a request is given up. API servers end requests themselves after 60 seconds. */
const SILENCE = 65_000;

/**
 * One API server, over one keep-alive agent. Every method throws {@link ApiError} for what the API server refuses, {@link Unreachable} where
 * it does not answer, {@link CredentialsProblem} where there is nothing to show it, and the signal's reason when that aborts.
 * A 401 has the credentials read anew, and is tried once more.
 */
export class ApiServer {
  readonly #credentials: Credentials;
  readonly #identity: FreshIdentity;
  readonly #agents: Agents;
  readonly #timers: Timers;
  readonly #userAgent: string;
  readonly #closed = new AbortController();

  constructor(credentials: Credentials, { userAgent = "ts-ingress", timers = systemTimers }: ApiServerOptions = {}) {
    this.#credentials = credentials;
    this.#identity = new FreshIdentity(credentials, timers);
    this.#agents = new Agents(credentials.server, credentials.proxy);
    this.#timers = timers;
    this.#userAgent = userAgent;
  }

  /** For messages: "https://10.96.0.1:443/ as the service account of this pod". */
  get about(): string {
    return `${this.#credentials.server.href} as ${this.#credentials.about}`;
  }

  /** The namespace of the pod or of the kubeconfig's context. */
  get namespace(): string | undefined {
    return this.#credentials.namespace;
  }

  /** @param path "/api/v1/namespaces" @returns the answer's JSON */
  async request<Answer = unknown>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
    const guard = this.#guard(options.signal);
    try {
      const response = await this.#send(method, path, options, guard);
      return parseJson(await readBody(response, () => guard.heard())) as Answer;
    } catch (error) {
      throw guard.reasonFor(error);
    } finally {
      guard.release();
    }
  }

  /**
   * Begins an answer without end (a watch). The response is to be read to its end, or destroyed; it ends with an error when `signal` aborts.
   * After its head no silence is too long here: whoever reads it knows what to expect.
   */
  async stream(path: string, options: Pick<RequestOptions, "query" | "signal"> = {}): Promise<IncomingMessage> {
    const guard = this.#guard(options.signal);
    try {
      const response = await this.#send("GET", path, options, guard);
      response.once("close", () => guard.release());
      guard.wait();
      return response;
    } catch (error) {
      guard.release();
      throw guard.reasonFor(error);
    }
  }

  /** Ends everything that is under way. */
  close(): void {
    this.#closed.abort(new Unreachable("the connection to the API server was closed", "CLOSED"));
    this.#agents.close();
  }

  async #send(method: Method, path: string, options: RequestOptions, guard: Guard): Promise<IncomingMessage> {
    const identity = await this.#identity.get();
    guard.signal.throwIfAborted();
    const response = await this.#sendAs(identity, method, path, options, guard);
    if (response.statusCode === 401) {
      await readBody(response, () => guard.heard()).catch(() => undefined);
      const renewed = await this.#identity.renew(identity);
      return accepted(await this.#sendAs(renewed, method, path, options, guard), guard);
    }
    return accepted(response, guard);
  }

  async #sendAs(
    identity: Identity,
    method: Method,
    path: string,
    options: RequestOptions,
    guard: Guard,
  ): Promise<IncomingMessage> {
    const sent = (): Promise<IncomingMessage> => this.#once(identity, method, path, options, guard);
    try {
      return await sent();
    } catch (error) {
      if (isCertificateError(error)) {
        // The authority may have been rotated since we read it.
        await this.#identity.renew(identity);
        throw error;
      }
      // The server closed an idle connection while we used it again. Reading twice does no harm.
      if (method === "GET" && error instanceof StaleConnection) return sent();
      throw error;
    }
  }

  #once(
    identity: Identity,
    method: Method,
    path: string,
    options: RequestOptions,
    guard: Guard,
  ): Promise<IncomingMessage> {
    const { server } = this.#credentials;
    const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const make = server.protocol === "https:" ? https.request : http.request;
    const request = make(urlOf(server, path, options.query), {
      method,
      agent: this.#agents.for(identity.tls),
      signal: guard.signal,
      headers: {
        ...identity.headers,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(body === undefined
          ? {}
          : { "content-type": options.contentType ?? "application/json", "content-length": body.length }),
      },
    });
    request.once("response", (response) => {
      // Whoever reads hears of it; nobody may be reading yet, or any more.
      response.on("error", () => undefined);
      guard.heard();
      resolve(response);
    });
    request.on("error", (error: NodeJS.ErrnoException) => reject(unreachable(error, server, request.reusedSocket)));
    request.end(body);
    return promise;
  }

  #guard(signal: AbortSignal | undefined): Guard {
    return new Guard(this.#timers, signal === undefined ? [this.#closed.signal] : [this.#closed.signal, signal]);
  }
}

/** Ends a request that its caller gave up, that the server is silent about, or whose client was closed. */
class Guard {
  readonly #timers: Timers;
  readonly #stop = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #abort: (event: Event) => void;
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, signals: readonly AbortSignal[]) {
    this.#timers = timers;
    this.#signals = signals;
    this.#abort = (event) => this.#stop.abort((event.target as AbortSignal).reason);
    for (const signal of signals) {
      if (signal.aborted) this.#stop.abort(signal.reason);
      signal.addEventListener("abort", this.#abort, { once: true });
    }
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The server has said something: its time begins anew. */
  heard(): void {
    this.wait();
    this.#cancel = this.#timers.after(SILENCE, () => {
      this.#stop.abort(new Unreachable(`the API server said nothing for ${SILENCE / 1000} seconds`, "ETIMEDOUT"));
    });
  }

  /** From now on any silence is fine. */
  wait(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  release(): void {
    this.wait();
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#abort);
  }

  /** Node tells of an abort as such; the reason is what the caller wants to know. */
  reasonFor(error: unknown): unknown {
    return this.#stop.signal.aborted ? (this.#stop.signal.reason as unknown) : error;
  }
}

/** A connection that had been idle broke before any answer. */
class StaleConnection extends Unreachable {}

function unreachable(error: NodeJS.ErrnoException, server: URL, reused: boolean): Unreachable {
  const code = error.code ?? "";
  const Kind = reused && (code === "ECONNRESET" || code === "EPIPE") ? StaleConnection : Unreachable;
  return new Kind(`${server.host}: ${error.message || code}`, code, error);
}

async function accepted(response: IncomingMessage, guard: Guard): Promise<IncomingMessage> {
  const status = response.statusCode ?? 500;
  if (status >= 200 && status < 300) return response;
  const text = await readBody(response, () => guard.heard()).catch(() => "");
  throw apiError(parsedOrNull(text), status, response.headers["retry-after"]);
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A server may live below a path (a proxy such as Rancher's). */
function urlOf(server: URL, path: string, query: Query = {}): URL {
  const url = new URL(server);
  url.pathname = `${server.pathname.replace(/\/$/, "")}${path}`;
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
