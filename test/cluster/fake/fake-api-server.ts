// A Kubernetes API server in this process, for tests.
// In: objects and faults that a test puts in, requests over HTTP. Out: what an API server answers, or what goes wrong with it.
// Never: validation, defaults, permissions, controllers; for those the same suites run on a real one (README.md).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { Waiting } from "../../support/waiting.ts";
import { Collection, Versions } from "./collection.ts";
import { Faults, type Fault, type FaultRule, type Verb } from "./faults.ts";
import { apiVersionOf, KINDS, type FakeKind } from "./kinds.ts";
import { LiveWatch, type Mangle } from "./live-watch.ts";
import { Refusal, without, type Draft, type StoredObject } from "./object.ts";
import { patched } from "./patch.ts";
import { route, type Asked } from "./route.ts";
import { selector } from "./selectors.ts";

/** A request that came in. */
export interface Seen {
  readonly resource: string;
  readonly verb: Verb;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The bearer token of who asked; "" where there was none. */
  readonly token: string;
}

export class FakeApiServer {
  readonly #collections: ReadonlyMap<FakeKind, Collection>;
  readonly #versions: Versions;
  readonly #server: Server;
  readonly #waiting = new Waiting();
  readonly #pages = new Map<string, StoredObject[]>();
  readonly #live = new Set<LiveWatch>();
  readonly faults = new Faults();
  /** Every request, first to last. */
  readonly seen: Seen[] = [];
  /** Whether streaming lists are served; where not, they are refused as by servers before 1.34. */
  watchList = true;
  /** Objects a page at the most, whatever is asked for. */
  longestPage = Infinity;
  /** Bearer tokens that are accepted; null: everybody is. */
  tokens: readonly string[] | null = null;
  /** Changes what all watches send. */
  mangle: Mangle | null = null;
  #port = 0;

  constructor() {
    this.#versions = new Versions();
    this.#collections = new Map(KINDS.map((kind) => [kind, new Collection(kind, this.#versions)]));
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What time it is from now on, for all that is made. */
  set clock(clock: () => Date) {
    this.#versions.clock = clock;
  }

  get version(): string {
    return String(this.#versions.now);
  }

  /** Listens, on the port it had before if it was stopped. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Ends everything at once; what is stored stays. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** @param resource plural of the kind; where two groups have it, with its group: "events.events.k8s.io" */
  collection(resource: string): Collection {
    const found = [...this.#collections.values()].find(
      ({ kind }) => kind.plural === resource || `${kind.plural}.${kind.group}` === resource,
    );
    if (found === undefined) throw new Error(`there is no row for ${resource} in kinds.ts`);
    return found;
  }

  /** Creates or replaces an object: `put("services", { metadata: { name }, spec })`; its namespace is "default" unless it says otherwise. */
  put(resource: string, draft: Draft): StoredObject {
    const collection = this.collection(resource);
    const namespace = collection.kind.namespaced ? (draft.metadata?.namespace ?? "default") : "";
    const name = draft.metadata?.name ?? "";
    if (collection.has(namespace, name)) return collection.update(namespace, name, draft);
    return collection.create(namespace, draft);
  }

  remove(resource: string, name: string, namespace = "default"): void {
    const collection = this.collection(resource);
    collection.remove(collection.kind.namespaced ? namespace : "", name);
  }

  fault(rule: FaultRule): () => void {
    return this.faults.add(rule);
  }

  /** Watches that are open, the oldest first. */
  watches(resource?: string): LiveWatch[] {
    return [...this.#live].filter((watch) => watch.open && (resource ?? watch.kind.plural) === watch.kind.plural);
  }

  /** Tells all watches which version it is, as API servers do once a minute. */
  bookmark(resource?: string): void {
    for (const watch of this.watches(resource)) watch.bookmark(this.version);
  }

  /** Lets all continue tokens expire. */
  expirePages(): void {
    this.#pages.clear();
  }

  count(resource: string, verb: Verb): number {
    return this.seen.filter((one) => one.resource === resource && one.verb === verb).length;
  }

  /** Waits until something holds of what this server has seen, was asked, or has open. */
  until(what: string, ready: () => boolean): Promise<void> {
    return this.#waiting.until(what, ready);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    response.on("error", () => undefined);
    try {
      const token = this.#authenticate(request);
      const asked = route(request.method ?? "", url);
      if (asked === null) throw new Refusal(404, "NotFound", "the server could not find the requested resource");
      const body = await bodyOf(request);
      // Whoever asked left before it had said everything.
      if (body === null) return;
      const { kind, verb } = asked;
      this.seen.push({ resource: kind.plural, verb, path: url.pathname, query: url.searchParams, token });
      this.#waiting.changed();
      const fault = this.faults.take(asked.kind, asked.verb, url.searchParams);
      if (await this.#fail(fault, asked, response)) return;
      if (asked.verb === "watch") return this.#watch(asked, url.searchParams, response);
      const answer = JSON.stringify(
        this.#perform(asked, url.searchParams, body, request.headers["content-type"] ?? ""),
      );
      if (fault === "cut" || fault === "truncated") return cut(response, answer, fault);
      response.writeHead(asked.verb === "create" ? 201 : 200, { "content-type": "application/json" }).end(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.writeHead(error.code, { "content-type": "application/json" }).end(JSON.stringify(error.status));
    }
  }

  #authenticate(request: IncomingMessage): string {
    const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (this.tokens !== null && !this.tokens.includes(shown)) throw new Refusal(401, "Unauthorized", "Unauthorized");
    return shown;
  }

  /** @returns whether the fault was all there is of an answer */
  async #fail(fault: Fault | null, { kind }: Asked, response: ServerResponse): Promise<boolean> {
    if (fault === null || fault === "cut" || fault === "truncated") return false;
    if (fault === "stall") return true;
    if (fault === "reset") {
      response.socket?.resetAndDestroy();
      return true;
    }
    if (fault === "empty") {
      response.end(JSON.stringify(listOf(kind, [], this.version)));
      return true;
    }
    if ("body" in fault) {
      response.end(fault.body);
      return true;
    }
    if ("after" in fault) {
      await fault.after;
      return false;
    }
    if (fault.retryAfter !== undefined) response.setHeader("retry-after", String(fault.retryAfter));
    const causes = (fault.causes ?? []).map((reason) => ({ reason }));
    throw new Refusal(fault.status, fault.reason ?? "", `the test answers ${fault.status}`, causes);
  }

  #perform(asked: Asked, query: URLSearchParams, body: Draft, type: string): unknown {
    const { kind, verb, namespace = "", name = "", of } = asked;
    const collection = this.#of(kind);
    if (verb === "get") return collection.get(namespace, name);
    if (verb === "list" || verb === "page") return this.#list(asked, query);
    if (verb === "create") return collection.create(kind.namespaced ? namespace : "", body);
    if (verb === "update") return collection.update(namespace, name, body, of);
    if (verb === "delete") {
      const { uid } = (body["preconditions"] ?? {}) as { uid?: string };
      return collection.remove(namespace, name, uid);
    }
    if (type.startsWith("application/apply-patch") && !collection.has(namespace, name)) {
      return collection.create(namespace, body);
    }
    const stored = collection.get(namespace, name);
    const metadata = without(stored.metadata, "managedFields", "resourceVersion");
    return collection.update(namespace, name, patched({ ...stored, metadata }, body, type), of);
  }

  #list({ kind, namespace }: Asked, query: URLSearchParams): unknown {
    const limit = Math.min(Number(query.get("limit") ?? 0), this.longestPage);
    const token = query.get("continue");
    const asked = query.get("resourceVersion") ?? "";
    if (Number(asked) > this.#versions.now) {
      const causes = [{ reason: "ResourceVersionTooLarge" }];
      throw new Refusal(504, "Timeout", "Too large resource version", causes);
    }
    const matches = selector(query.get("fieldSelector"), query.get("labelSelector"));
    const rest = token === null ? this.#of(kind).list(namespace).filter(matches) : this.#pages.get(token);
    if (rest === undefined) throw new Refusal(410, "Expired", "The provided continue parameter is too old");
    const version = token?.split(":")[0] ?? this.version;
    if (limit === 0 || rest.length <= limit) return listOf(kind, rest, version);
    const next = `${version}:${kind.plural}:${rest[limit]?.metadata.uid}`;
    this.#pages.set(next, rest.slice(limit));
    return listOf(kind, rest.slice(0, limit), version, next);
  }

  #watch({ kind, namespace }: Asked, query: URLSearchParams, response: ServerResponse): void {
    const streaming = query.get("sendInitialEvents") === "true";
    if (streaming && (!this.watchList || query.get("resourceVersionMatch") !== "NotOlderThan")) {
      throw new Refusal(422, "Invalid", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch");
    }
    const chosen = selector(query.get("fieldSelector"), query.get("labelSelector"));
    const matches = (object: StoredObject): boolean =>
      (namespace === undefined || object.metadata.namespace === namespace) && chosen(object);
    const collection = this.#of(kind);
    const watch = new LiveWatch(kind, query, response, matches, () => this.mangle);
    const from = query.get("resourceVersion") ?? "";
    try {
      if (from === "" || from === "0") {
        // The initial events are sent as they are: that they come in any order is part of the API.
        for (const object of collection.list()) {
          const line = watch.added(object);
          if (line !== null) watch.raw(`${JSON.stringify(line)}\n`);
        }
        if (streaming && query.get("allowWatchBookmarks") === "true") watch.bookmark(this.version, true);
      } else for (const change of collection.since(Number(from))) watch.take(change);
    } catch (error) {
      return watch.error(error as Refusal);
    }
    const stopListening = collection.onChange((change) => watch.take(change));
    const seconds = Number(query.get("timeoutSeconds") ?? 1800);
    const timer = setTimeout(() => watch.end(), seconds * 1000).unref();
    this.#live.add(watch);
    response.once("close", () => {
      watch.closed();
      stopListening();
      clearTimeout(timer);
      this.#live.delete(watch);
      this.#waiting.changed();
    });
    this.#waiting.changed();
  }

  #of(kind: FakeKind): Collection {
    return this.#collections.get(kind) as Collection;
  }
}

function cut(response: ServerResponse, answer: string, fault: "cut" | "truncated"): void {
  const half = answer.slice(0, answer.length / 2);
  if (fault === "truncated") response.end(half);
  else response.write(half, () => response.socket?.resetAndDestroy());
}

function listOf(kind: FakeKind, items: readonly StoredObject[], resourceVersion: string, token?: string): object {
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion, ...(token === undefined ? {} : { continue: token }) },
    items: items.map((item) => without(item, "apiVersion", "kind")),
  };
}

/** What was sent, once it is there; null when the client left before. */
async function bodyOf(request: IncomingMessage): Promise<Draft | null> {
  if (request.headers["content-length"] === undefined) return {};
  try {
    return (await json(request)) as Draft;
  } catch (error) {
    if (request.complete) throw error;
    return null;
  }
}
