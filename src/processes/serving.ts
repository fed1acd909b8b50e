import type { ContainerMemory } from "../container-memory.ts";
import { systemClock } from "../data-plane/clock.ts";
import { DataPlane, type DataPlaneOptions, type OpenPorts } from "../data-plane/data-plane.ts";
import type { DrainTimes } from "../data-plane/drain.ts";
import type { HealthChange } from "../data-plane/upstreams/health/ejection.ts";
import type { StreamStatus } from "../data-plane/streams/stream-status.ts";
import type { UpstreamStatus } from "../data-plane/upstreams/upstream-status.ts";
import type { CertificatePair } from "../snapshot/pair.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { DataMeter } from "../telemetry/metrics/data-meter.ts";
import { measuredBy } from "../telemetry/metrics/measured-by.ts";
import { tracedBy } from "../telemetry/tracing/traced-by.ts";
import { Tracer, type TracingSettings } from "../telemetry/tracing/tracer.ts";
import { type Measuring, Processes, type WorkersOptions, type WorkerStatus } from "./processes.ts";
import { TicketRotation } from "./ticket-rotation.ts";

/** Whatever serves snapshots: a data plane in this process, or many in processes of their own. */
export interface Serving {
  /** True while connections are accepted. */
  readonly serving: boolean;
  listen(): Promise<OpenPorts>;
  apply(snapshot: RoutingSnapshot): void;
  upstreamStatus(): readonly UpstreamStatus[] | Promise<readonly UpstreamStatus[]>;
  /** The TCP and UDP services, and the ports they listen on. */
  streamStatus(): readonly StreamStatus[];
  /** Empty without workers. */
  workerStatus(): readonly WorkerStatus[];
  /** Workers that were started so far. */
  readonly started: number;
  /** Has what was counted told to `measuring`. Resolves when it is. */
  measure(): Promise<void>;
  /** Replaces the workers one by one. @throws {Error} without workers, or when a new one cannot begin; the others stay then */
  replace(): Promise<void>;
  drain(times: DrainTimes): Promise<void>;
  close(): void | Promise<void>;
}

export interface ServingOptions extends Omit<DataPlaneOptions, "onHealthChange" | "containerMemory"> {
  readonly workers?: WorkersOptions;
  readonly defaultCertificate: (serverName: string | null) => Promise<CertificatePair>;
  readonly onHealthChange?: (change: HealthChange, worker?: number) => void;
  /** Absent: each process goes by `limits.memoryBytes` alone. It stays the caller's to close. */
  readonly container?: ContainerMemory;
  /** Absent: nothing is measured. */
  readonly measuring?: Measuring;
  /** Absent: nothing is traced. */
  readonly tracing?: TracingSettings;
}

/** @throws {Error} when `workers` is given with `onStarted`, `onFinished` or `onStreamFinished`: an exchange does not leave its process */
export function makeServing(options: ServingOptions): Serving {
  const { workers, http, https, streams, defaultCertificate, clock, container, onProblem, onHealthChange, ...rest } =
    options;
  if (workers === undefined) return new InThisProcess(options);
  const { onStarted, onFinished, onStreamFinished, measuring, ...data } = rest;
  if ([onStarted, onFinished, onStreamFinished].some((listener) => listener !== undefined)) {
    throw new Error("onStarted, onFinished and onStreamFinished cannot be called with workers: use workers.onLine");
  }
  return new Processes({
    workers,
    data,
    defaultCertificate,
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(streams === undefined ? {} : { streams }),
    ...(clock === undefined ? {} : { clock }),
    ...(container === undefined ? {} : { container }),
    ...(measuring === undefined ? {} : { measuring }),
    onProblem: onProblem ?? (() => {}),
    onHealthChange: onHealthChange ?? (() => {}),
  });
}

class InThisProcess implements Serving {
  readonly #plane: DataPlane;
  readonly #tickets: TicketRotation;
  readonly #measuring: Measuring | undefined;
  readonly #meter: DataMeter | null;
  readonly #tracer: Tracer | null;
  readonly started = 0;
  #listening = false;

  constructor({ onHealthChange, measuring, tracing, container, ...options }: ServingOptions) {
    const memory = container === undefined ? {} : { containerMemory: () => container.share() };
    const told =
      onHealthChange === undefined ? {} : { onHealthChange: (change: HealthChange) => onHealthChange(change) };
    this.#measuring = measuring;
    this.#meter = measuring === undefined ? null : new DataMeter(measuring.settings);
    this.#tracer = tracing === undefined ? null : new Tracer(tracing, (message) => options.onProblem?.(message));
    const listeners = measuredBy(this.#meter, tracedBy(this.#tracer, options));
    this.#plane = new DataPlane({ ...options, ...memory, ...told, ...listeners });
    this.#meter?.watch(this.#plane);
    this.#tickets = new TicketRotation(options.clock ?? systemClock, (keys) => this.#plane.useTicketKeys(keys));
    this.#plane.useTicketKeys(this.#tickets.keys);
  }

  get serving(): boolean {
    return this.#listening;
  }

  async listen(): Promise<OpenPorts> {
    const ports = await this.#plane.listen();
    this.#listening = true;
    return ports;
  }

  apply(snapshot: RoutingSnapshot): void {
    if (this.#meter === null) this.#plane.apply(snapshot);
    else this.#meter.applying(() => this.#plane.apply(snapshot));
  }

  upstreamStatus(): readonly UpstreamStatus[] {
    return this.#plane.upstreamStatus();
  }

  streamStatus(): readonly StreamStatus[] {
    return this.#plane.streamStatus();
  }

  workerStatus(): readonly WorkerStatus[] {
    return [];
  }

  measure(): Promise<void> {
    if (this.#meter !== null) this.#measuring?.measured(0, process.pid, this.#meter.take());
    return Promise.resolve();
  }

  replace(): Promise<void> {
    return Promise.reject(new Error("there are no workers to replace: this process serves by itself"));
  }

  async drain(times: DrainTimes): Promise<void> {
    await this.#plane.drain(times);
    this.#tickets.close();
  }

  async close(): Promise<void> {
    this.#listening = false;
    this.#tickets.close();
    this.#plane.close();
    this.#meter?.close();
    await this.#tracer?.close();
  }
}
