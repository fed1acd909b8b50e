import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { DrainTimes } from "../data-plane/drain.ts";
import type { UpstreamStatus } from "../data-plane/upstreams/upstream-status.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import type { BoundHandle } from "./share-port.ts";
import type { FromWorker, ListenerName, ToWorker } from "./messages.ts";
import { readLines } from "./read-lines.ts";
import { SentSnapshots } from "./sent-snapshots.ts";

/** A port, and this worker's socket of those that share it. */
export interface BoundListener {
  readonly host: string;
  readonly port: number;
  readonly handle: BoundHandle;
}

/** How a worker is started, and who hears of it. */
export interface WorkerLaunch {
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Descriptor of the statistics of the container's memory; null where there are none. */
  readonly container: number | null;
  readonly listeners: ReadonlyMap<ListenerName, BoundListener>;
  readonly start: Omit<Extract<ToWorker, { kind: "start" }>, "changes" | "kind" | "ticketKeys" | "container">;
  readonly ticketKeys: () => Uint8Array;
  /** Of TCP and UDP services, by their names, as they are bound now. */
  readonly streams: () => ReadonlyMap<string, BoundHandle>;
  readonly snapshot: () => RoutingSnapshot;
  /** Whatever is not about the worker itself. */
  readonly heard: (message: FromWorker, worker: WorkerProcess) => void;
  readonly onLine: (line: string) => void;
  readonly onErrorLine: (line: string) => void;
}

/** Milliseconds until a status that does not come is done without: the worker may be busy, or gone. */
const STATUS_PATIENCE = 1000;

const PROGRAM = path.join(import.meta.dirname, `worker-main${path.extname(import.meta.filename)}`);

/** One worker, seen from the primary. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #launch: WorkerLaunch;
  readonly #serving = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<string>();
  readonly #asked = new Map<number, (upstreams: readonly UpstreamStatus[]) => void>();
  readonly #sent = new SentSnapshots();
  #problem: Extract<FromWorker, { kind: "failed" }> | null = null;
  #asks = 0;
  #isServing = false;
  #draining = false;
  connections = 0;
  /** It said something since this was last set to false. */
  heard = false;

  constructor(launch: WorkerLaunch) {
    this.#launch = launch;
    this.#child = fork(PROGRAM, {
      execArgv: [...launch.flags],
      env: launch.environment,
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc", ...(launch.container === null ? [] : [launch.container])],
    });
    const { stdout, stderr } = this.#child;
    if (stdout !== null) readLines(stdout, launch.onLine);
    if (stderr !== null) readLines(stderr, launch.onErrorLine);
    // Nobody may be waiting for it.
    this.#serving.promise.catch(() => undefined);
    this.#child.on("message", (message) => this.#hear(message as FromWorker));
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("exit", (code, signal) => this.#end(signal === null ? `exit code ${code}` : signal));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it accepts connections. Rejects when it ends before, with the fields of a system's error where it was one. */
  get started(): Promise<void> {
    return this.#serving.promise;
  }

  get serving(): boolean {
    return this.#isServing;
  }

  /** Resolves with the reason when the process is gone. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  /** Sends what changed since the snapshot that was sent last. A worker that has not begun yet gets the latest when it does. */
  send(snapshot: RoutingSnapshot): void {
    const changes = this.#sent.next(snapshot);
    if (changes !== null) this.#tell({ kind: "snapshot", changes });
  }

  /** Hands the socket of a TCP or UDP service over. One that has not begun yet gets it when it does; one that drains has no use for it. */
  hand(stream: string, handle: BoundHandle): void {
    if (this.#sent.begun && !this.#draining) this.#tell({ kind: "stream", stream }, handle);
  }

  tell(message: Extract<ToWorker, { kind: "certificate" }>): void {
    this.#tell(message);
  }

  /** Has it make session tickets with these keys. A worker that has not begun yet gets the latest when it does. */
  useTicketKeys(keys: Uint8Array): void {
    if (this.#sent.begun) this.#tell({ kind: "ticket-keys", keys });
  }

  /** Empty from a worker that does not answer. */
  upstreams(): Promise<readonly UpstreamStatus[]> {
    return this.#ask("status");
  }

  /** Has it tell what it counted. Resolves when it has, or does not answer. */
  async measure(): Promise<void> {
    await this.#ask("measure");
  }

  #ask(kind: "status" | "measure"): Promise<readonly UpstreamStatus[]> {
    const ask = ++this.#asks;
    return new Promise((resolve) => {
      const done = (upstreams: readonly UpstreamStatus[]): void => {
        clearTimeout(late);
        this.#asked.delete(ask);
        resolve(upstreams);
      };
      const late = setTimeout(() => done([]), STATUS_PATIENCE);
      this.#asked.set(ask, done);
      this.#tell({ kind, ask });
    });
  }

  /** Has it drained and end. One that has not begun is ended. */
  drain(times: DrainTimes): void {
    if (!this.#sent.begun) this.kill();
    else this.#tell({ kind: "drain", times });
    this.#draining = true;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(message: FromWorker): void {
    this.heard = true;
    switch (message.kind) {
      case "ready":
        this.#begin();
        break;
      case "serving":
        this.#isServing = true;
        this.#serving.resolve();
        break;
      case "failed":
        this.#problem = message;
        break;
      case "beat":
        this.connections = message.connections;
        break;
      case "whole":
        this.#tell({ kind: "snapshot", changes: this.#sent.whole(this.#launch.snapshot()) });
        break;
      case "status":
        this.#asked.get(message.ask)?.(message.upstreams);
        break;
      case "measured":
        this.#launch.heard(message, this);
        this.#asked.get(message.ask)?.([]);
        break;
      default:
        this.#launch.heard(message, this);
    }
  }

  #begin(): void {
    const { listeners, streams, start, snapshot, ticketKeys, container } = this.#launch;
    for (const [listener, { host, port, handle }] of listeners)
      this.#tell({ kind: "listen", listener, host, port }, handle);
    for (const [stream, handle] of streams()) this.#tell({ kind: "stream", stream }, handle);
    const changes = this.#sent.whole(snapshot());
    this.#tell({ kind: "start", ...start, container: container !== null, ticketKeys: ticketKeys(), changes });
  }

  #tell(message: ToWorker, handle?: BoundHandle): void {
    // What does not arrive any more was meant for a process that is gone, and that is told by its end.
    if (this.#child.connected) this.#child.send(message, handle as never, () => {});
  }

  #end(how: string): void {
    this.#isServing = false;
    const { reason, system } = this.#problem ?? { reason: how };
    this.#serving.reject(Object.assign(new Error(`a worker could not begin: ${reason}`), system));
    this.#ended.resolve(reason);
    for (const done of this.#asked.values()) done([]);
  }
}
