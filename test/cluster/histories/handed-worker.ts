import { PassThrough } from "node:stream";
import type { FromWorker, ToWorker } from "../../../src/processes/messages.ts";
import { SentSnapshots } from "../../../src/processes/sent-snapshots.ts";
import { Worker } from "../../../src/processes/worker.ts";
import { RouteTable } from "../../../src/data-plane/route-table/route-table.ts";
import { applyChanges, type SnapshotChanges } from "../../../src/snapshot/changes.ts";
import type { RoutingSnapshot } from "../../../src/snapshot/snapshot.ts";

/** A worker in this process, which gets its messages when the history has it get them. */
export class HandedWorker {
  readonly #sent = new SentSnapshots();
  readonly #current: () => RoutingSnapshot;
  readonly #worker: Worker;
  readonly #heard: FromWorker[] = [];
  #post: ToWorker[] = [];
  /** Whether the next that is sent gets lost, if more comes after it. */
  #loses = false;
  #lost = 0;
  /** What it has, as far as its messages tell. */
  snapshot: RoutingSnapshot | null = null;
  table: RouteTable<null> | undefined;

  /** @param current what is to be served now */
  constructor(current: () => RoutingSnapshot) {
    this.#current = current;
    this.#worker = new Worker(
      (message) => this.#hear(message),
      new PassThrough(),
      () => undefined,
    );
    const start = {
      options: {},
      accessLog: null,
      meter: null,
      container: false,
      orphanTime: 0,
      ticketKeys: new Uint8Array(48),
    };
    this.#post.push({ kind: "start", ...start, changes: this.#sent.whole(current()) });
  }

  send(snapshot: RoutingSnapshot): void {
    const changes = this.#sent.next(snapshot);
    if (changes !== null) this.#post.push({ kind: "snapshot", changes });
  }

  /** All that was sent arrives. */
  async deliver(): Promise<void> {
    const next = this.#post.findIndex(({ kind }) => kind === "snapshot");
    if (this.#loses && next >= 0 && next < this.#post.length - 1) {
      this.#post.splice(next, 1);
      this.#loses = false;
      this.#lost += 1;
    }
    for (let next = this.#post.shift(); next !== undefined; next = this.#post.shift()) {
      const message = structuredClone(next);
      if (message.kind === "start" || message.kind === "snapshot") this.#follow(structuredClone(message.changes));
      this.#worker.receive(message, undefined);
      // It begins in its own time.
      if (message.kind === "start") while (!this.#heard.some(({ kind }) => kind === "serving")) await turn();
    }
  }

  /** What is sent next does not arrive; what comes after it does. */
  lose(): void {
    this.#loses = true;
  }

  /** What it said last of what it serves, and where that leads to. */
  async serves(): Promise<{ readonly revision: string; readonly upstreams: ReadonlyMap<string, readonly string[]> }> {
    this.#heard.splice(0, this.#heard.length, ...this.#heard.filter(({ kind }) => kind === "applied").slice(-1));
    this.#worker.receive({ kind: "status", ask: 1 }, undefined);
    await turn();
    const applied = this.#heard.find((one) => one.kind === "applied");
    const status = this.#heard.find((one) => one.kind === "status");
    const upstreams = (status?.upstreams ?? []).map(
      ({ upstream, endpoints }) => [upstream, endpoints.map(({ endpoint }) => endpoint)] as const,
    );
    return { revision: applied?.revision ?? "", upstreams: new Map(upstreams) };
  }

  close(): void {
    this.#worker.receive({ kind: "drain", times: { grace: 0 } }, undefined);
  }

  #follow(changes: SnapshotChanges): void {
    const next = applyChanges(this.snapshot, changes);
    if (next === null) return;
    this.snapshot = next;
    this.table = new RouteTable(next, () => null, this.table);
  }

  #hear(message: FromWorker): void {
    this.#heard.push(message);
    if (message.kind !== "whole") return;
    if (this.#lost === 0) throw new Error("a worker that lost nothing asks for everything");
    this.#post.push({ kind: "snapshot", changes: this.#sent.whole(this.#current()) });
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
