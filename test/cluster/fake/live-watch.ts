import type { ServerResponse } from "node:http";
import { apiVersionOf, type FakeKind } from "./kinds.ts";
import type { Change } from "./collection.ts";
import type { Refusal, StoredObject } from "./object.ts";
import type { Matches } from "./selectors.ts";

export interface WatchLine {
  readonly type: string;
  readonly object: object;
}

/** Makes what is sent of what happened: twice, out of order, not at all. */
export type Mangle = (lines: readonly WatchLine[]) => readonly WatchLine[];

/** A watch that a client has open; tests break it in all ways a watch can break. */
export class LiveWatch {
  readonly kind: FakeKind;
  readonly query: URLSearchParams;
  readonly #response: ServerResponse;
  readonly #matches: Matches;
  readonly #mangle: () => Mangle | null;
  frozen = false;
  open = true;

  constructor(
    kind: FakeKind,
    query: URLSearchParams,
    response: ServerResponse,
    matches: Matches,
    mangle: () => Mangle | null,
  ) {
    this.kind = kind;
    this.query = query;
    this.#response = response;
    this.#matches = matches;
    this.#mangle = mangle;
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
  }

  /** Tells of a change, as it looks through the selector of this watch. */
  take(change: Change): void {
    const after = change.type !== "DELETED" && this.#matches(change.object);
    const before = change.before !== null && this.#matches(change.before);
    const { object } = change;
    if (after) this.send([{ type: before ? "MODIFIED" : "ADDED", object }]);
    else if (before) this.send([{ type: "DELETED", object }]);
  }

  send(lines: readonly WatchLine[]): void {
    const mangle = this.#mangle();
    const sent = mangle === null ? lines : mangle(lines);
    this.raw(sent.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  /** Octets as they are. */
  raw(text: string | Buffer): void {
    if (!this.frozen && this.open && text.length > 0) this.#response.write(text);
  }

  /** Everything up to `version` has been told; `initial` ends a streaming list. */
  bookmark(version: string, initial = false): void {
    const annotations = initial ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
    const metadata = { resourceVersion: version, ...annotations };
    const object = { kind: this.kind.kind, apiVersion: apiVersionOf(this.kind), metadata };
    this.raw(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  /** An ERROR event, after which the server ends the watch. */
  error(refusal: Refusal): void {
    this.raw(`${JSON.stringify({ type: "ERROR", object: refusal.status })}\n`);
    this.end();
  }

  end(): void {
    this.open = false;
    this.#response.end();
  }

  /** RST, in the middle of whatever. */
  reset(): void {
    this.open = false;
    this.#response.socket?.resetAndDestroy();
  }

  /** From now on nothing is sent, and nothing ends: a half-open connection. */
  freeze(): void {
    this.frozen = true;
  }

  /** The client went away. */
  closed(): void {
    this.open = false;
  }

  added(object: StoredObject): WatchLine | null {
    return this.#matches(object) ? { type: "ADDED", object } : null;
  }
}
