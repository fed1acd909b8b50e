// One primary, which is this process, and many data planes, each a process of its own.
// In: snapshots. Out: workers that serve them on shared ports, replaced when they end, one by one when asked for.
// Never: a connection of a client in the primary; a credential in a worker.
import { type Clock, systemClock } from "../data-plane/clock.ts";
import type { OpenPorts } from "../data-plane/data-plane.ts";
import type { DrainTimes } from "../data-plane/drain.ts";
import type { ListenAddress } from "../data-plane/listeners/listeners.ts";
import type { StreamStatus } from "../data-plane/streams/stream-status.ts";
import type { HealthChange } from "../data-plane/upstreams/health/ejection.ts";
import { workerEnvironment } from "../settings.ts";
import type { ContainerMemory } from "../container-memory.ts";
import type { AccessLogSettings } from "../telemetry/access-line.ts";
import type { Measured } from "../telemetry/metrics/data-meter.ts";
import type { MeterSettings } from "../telemetry/metrics/settings.ts";
import type { CertificatePair } from "../snapshot/pair.ts";
import { emptySnapshot } from "../snapshot/seal.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { type BoundPort, bindPort } from "./bound-ports.ts";
import type { BoundHandle } from "./share-port.ts";
import { mergeUpstreams, type MergedUpstream } from "./merge-upstreams.ts";
import type { DataOptions, FromWorker, ListenerName } from "./messages.ts";
import { programFolders } from "./program-folders.ts";
import { StreamSockets } from "./stream-sockets.ts";
import { TicketRotation } from "./ticket-rotation.ts";
import { workerHeap } from "./worker-count.ts";
import { workerFlags } from "./worker-flags.ts";
import { type BoundListener, WorkerProcess } from "./worker-process.ts";
import { WorkerSlot } from "./worker-slot.ts";

/** Processes that serve, and what is theirs to say. */
export interface WorkersOptions {
  /** From 1. */
  readonly count: number;
  /** Format of the access log; absent: none is written. */
  readonly accessLog?: AccessLogSettings;
  /** Called with each line of the workers' access logs, without its line break. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds that a worker whose replacement is there may finish what it serves. Default 240,000. */
  readonly retirementGrace?: number;
  /** Milliseconds that workers serve on by the last snapshot when this process is gone without having ended them. Default 60,000. */
  readonly orphanTime?: number;
}

/** How the processes that serve are measured, and who is told. */
export interface Measuring {
  readonly settings: MeterSettings;
  /** @param worker its number, 0 for this process. @param pid the system's number */
  readonly measured: (worker: number, pid: number, measured: Measured) => void;
}

export interface ProcessesOptions {
  readonly workers: WorkersOptions;
  readonly http?: ListenAddress;
  readonly https?: ListenAddress;
  /** Where TCP and UDP services listen; absent: they are not served. */
  readonly streams?: { readonly host: string };
  readonly data: DataOptions;
  readonly defaultCertificate: (serverName: string | null) => Promise<CertificatePair>;
  readonly measuring?: Measuring;
  readonly clock?: Clock;
  /** Absent: each worker goes by its own limit alone. */
  readonly container?: ContainerMemory;
  readonly onProblem: (message: string) => void;
  readonly onHealthChange: (change: HealthChange, worker: number) => void;
}

/** What a worker is, to a person. */
export interface WorkerStatus {
  readonly worker: number;
  readonly process: number | null;
  readonly state: "starting" | "serving" | "retiring";
  /** Open connections of clients, as of about a second ago. */
  readonly connections: number;
}

const RETIREMENT_GRACE = 240_000;
const ORPHAN_TIME = 60_000;

/** Milliseconds beyond its time that a draining worker gets before it is ended. */
const SPARE = 2000;

export class Processes {
  readonly #options: ProcessesOptions;
  readonly #ports = new Map<ListenerName, BoundPort>();
  readonly #slots: WorkerSlot[] = [];
  readonly #tickets: TicketRotation;
  #streams: StreamSockets | null = null;
  #snapshot: RoutingSnapshot = emptySnapshot();
  /** The last one that a worker took. */
  #good: RoutingSnapshot | null = null;
  #replacing: Promise<void> | null = null;
  #turn: Promise<void> = Promise.resolve();
  #ending = false;
  /** Workers that were started so far. */
  started = 0;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.#tickets = new TicketRotation(options.clock ?? systemClock, (keys) => {
      for (const slot of this.#slots) slot.useTicketKeys(keys);
    });
  }

  /** True while a worker accepts connections. */
  get serving(): boolean {
    return this.#slots.some(({ current }) => current?.serving === true);
  }

  /** Binds the ports and starts all workers. Rejects with the system's error, or with what keeps a worker from beginning; nothing is left running then. */
  async listen(): Promise<OpenPorts> {
    const { http, https, workers } = this.#options;
    this.#streams = this.#makeStreams();
    try {
      if (http !== undefined) this.#ports.set("http", await bindPort(http, workers.count));
      if (https !== undefined) this.#ports.set("https", await bindPort(https, workers.count));
      await this.#streams?.follow(this.#snapshot.streams ?? []);
      const flags = workerFlags(programFolders(), workerHeap(workers.count));
      for (let number = 1; number <= workers.count; number += 1) this.#slots.push(this.#slot(number, flags));
      await Promise.all(this.#slots.map((slot) => slot.start()));
    } catch (error) {
      await this.close();
      throw error;
    }
    return { http: this.#ports.get("http")?.port ?? null, https: this.#ports.get("https")?.port ?? null };
  }

  /** Has all workers serve the next requests by this snapshot. */
  apply(snapshot: RoutingSnapshot): void {
    this.#snapshot = snapshot;
    for (const slot of this.#slots) slot.send(snapshot);
  }

  async upstreamStatus(): Promise<readonly MergedUpstream[]> {
    const living = this.#slots.flatMap((slot) => slot.living.map((process) => ({ worker: slot.number, process })));
    return mergeUpstreams(
      await Promise.all(living.map(async ({ worker, process }) => ({ worker, upstreams: await process.upstreams() }))),
    );
  }

  streamStatus(): StreamStatus[] {
    return this.#streams?.status() ?? [];
  }

  /** Has all workers tell what they counted. Resolves when they have, or do not answer. */
  async measure(): Promise<void> {
    if (this.#options.measuring === undefined) return;
    await Promise.all(this.#slots.flatMap((slot) => slot.living.map((process) => process.measure())));
  }

  workerStatus(): WorkerStatus[] {
    return this.#slots.flatMap((slot) =>
      slot.living.map((process) => ({
        worker: slot.number,
        process: process.pid ?? null,
        state: !process.serving ? "starting" : process === slot.current ? "serving" : "retiring",
        connections: process.connections,
      })),
    );
  }

  /** Replaces all workers, one by one, without losing a connection. Rejects when a new one cannot begin; the others stay then. */
  replace(): Promise<void> {
    this.#replacing ??= this.#replaceAll().finally(() => (this.#replacing = null));
    return this.#replacing;
  }

  async drain(times: DrainTimes): Promise<void> {
    this.#ending = true;
    const { grace, delay = 0 } = times;
    // Sockets that we keep open would let clients wait for nobody.
    const release = setTimeout(() => this.#release(), delay);
    const late = setTimeout(() => void this.close(), delay + grace + SPARE);
    await Promise.all(this.#slots.map((slot) => slot.drain(times)));
    clearTimeout(late);
    clearTimeout(release);
    await this.close();
  }

  /** Ends all workers at once. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#ending = true;
    this.#tickets.close();
    this.#release();
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  async #replaceAll(): Promise<void> {
    for (const slot of this.#slots) {
      if (this.#ending) return;
      await this.#inTurn(() => slot.replace());
    }
  }

  /** One replacement at a time: all others serve meanwhile. */
  #inTurn(replace: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(replace);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #release(): void {
    for (const { handles } of this.#ports.values()) for (const handle of new Set(handles)) handle.close();
    this.#ports.clear();
    this.#streams?.close();
  }

  #slot(number: number, flags: readonly string[]): WorkerSlot {
    const { workers, data, onProblem, clock = systemClock } = this.#options;
    const { accessLog = null, onLine = () => {}, orphanTime = ORPHAN_TIME } = workers;
    const meter = this.#options.measuring?.settings ?? null;
    const grace = workers.retirementGrace ?? RETIREMENT_GRACE;
    const listeners = new Map<ListenerName, BoundListener>();
    for (const [name, { host, port, handles }] of this.#ports)
      listeners.set(name, { host, port, handle: handles[number - 1] as BoundHandle });
    const launch = (): WorkerProcess => {
      this.started += 1;
      return new WorkerProcess({
        flags,
        environment: workerEnvironment(),
        container: this.#options.container?.file ?? null,
        listeners,
        streams: () => this.#streams?.of(number) ?? new Map(),
        start: { options: { ...data, ...this.#handed() }, accessLog, meter, orphanTime },
        snapshot: () => this.#snapshot,
        ticketKeys: () => this.#tickets.keys,
        heard: (message, worker) => void this.#heard(number, message, worker),
        onLine,
        onErrorLine: (line) => onProblem(`worker ${number}: ${line}`),
      });
    };
    const inTurn = (replace: () => Promise<void>): Promise<void> => this.#inTurn(replace);
    return new WorkerSlot({
      number,
      clock,
      launch,
      inTurn,
      retirement: { grace, idle: grace, succeeded: true },
      onProblem,
    });
  }

  async #heard(number: number, message: FromWorker, worker: WorkerProcess): Promise<void> {
    const { onProblem, onHealthChange, defaultCertificate } = this.#options;
    switch (message.kind) {
      case "problem":
        return onProblem(message.message);
      case "health":
        return onHealthChange(message.change, number);
      case "measured":
        return this.#options.measuring?.measured(number, worker.pid ?? 0, message.measured);
      case "applied":
        if (message.revision === this.#snapshot.revision) this.#taken(this.#snapshot);
        return;
      case "unwell":
        return this.#slots.find((slot) => slot.number === number)?.unwell(worker, message.why);
      case "refused":
        return this.#refused(message.revision, message.reason);
      case "certificate": {
        const { ask, serverName } = message;
        const answer = await defaultCertificate(serverName).catch((error: unknown) => ({ problem: String(error) }));
        return worker.tell({ kind: "certificate", ask, answer });
      }
      default:
    }
  }

  /** Ports follow what is served: those of a snapshot that no worker takes are not opened, nor the others closed. */
  #taken(snapshot: RoutingSnapshot): void {
    this.#good = snapshot;
    if (!this.#ending) void this.#streams?.follow(snapshot.streams ?? []);
  }

  #makeStreams(): StreamSockets | null {
    const { streams, workers, clock = systemClock, onProblem } = this.#options;
    if (streams === undefined) return null;
    return new StreamSockets({
      host: streams.host,
      count: workers.count,
      clock,
      onProblem,
      onBound: (stream, handles) => {
        for (const [number, handle] of handles) this.#slots[number - 1]?.hand(stream, handle);
      },
    });
  }

  #handed(): Pick<DataOptions, "streams"> {
    const { streams } = this.#options;
    return streams === undefined ? {} : { streams: { host: streams.host, handed: true } };
  }

  /** A defect of the translator. The first worker to say so speaks for all: each keeps what it had, and new ones get that too. */
  #refused(revision: string, reason: string): void {
    if (this.#snapshot.revision !== revision || this.#good === null || this.#good.revision === revision) return;
    this.#snapshot = this.#good;
    this.#options.onProblem(`the new snapshot is not used, the last good one stays: ${reason}`);
  }
}
