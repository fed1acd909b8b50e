import type { DataPlaneOptions } from "../data-plane/data-plane.ts";
import type { DrainTimes } from "../data-plane/drain.ts";
import type { HealthChange } from "../data-plane/upstreams/health/ejection.ts";
import type { UpstreamStatus } from "../data-plane/upstreams/upstream-status.ts";
import type { SnapshotChanges } from "../snapshot/changes.ts";
import type { AccessLogSettings } from "../telemetry/access-line.ts";
import type { Measured } from "../telemetry/metrics/data-meter.ts";
import type { MeterSettings } from "../telemetry/metrics/settings.ts";
import type { TracingSettings } from "../telemetry/tracing/tracer.ts";
import type { CertificatePair } from "../snapshot/pair.ts";

/** What a data plane is told that is plain data; what is a function there is a message here. */
export type DataOptions = Omit<
  DataPlaneOptions,
  | "http"
  | "https"
  | "defaultCertificate"
  | "clock"
  | "containerMemory"
  | "onStarted"
  | "onFinished"
  | "onStreamFinished"
  | "onProblem"
  | "onExhausted"
  | "onHealthChange"
> & {
  /** Absent: nothing is traced. */
  readonly tracing?: TracingSettings;
};

/** The fields by which an error of the system is told from others. */
export interface SystemFailure {
  readonly code: string | undefined;
  readonly syscall: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

export type ListenerName = "http" | "https";

/** What a worker is told. `listen` comes with a handle, once a listener, before `start`; `stream` too, then and whenever a service is new. */
export type ToWorker =
  | { readonly kind: "listen"; readonly listener: ListenerName; readonly host: string; readonly port: number }
  /** Named as in the snapshot. */
  | { readonly kind: "stream"; readonly stream: string }
  | {
      readonly kind: "start";
      readonly options: DataOptions;
      /** How the worker writes its access log, on its stdout; null: it does not. */
      readonly accessLog: AccessLogSettings | null;
      /** Null: nothing is measured. */
      readonly meter: MeterSettings | null;
      /** It is handed the statistics of the container's memory, as the file after those of the system. */
      readonly container: boolean;
      /** Milliseconds to serve on when the primary is gone. */
      readonly orphanTime: number;
      /** As for `ticket-keys`. */
      readonly ticketKeys: Uint8Array;
      /** Everything. */
      readonly changes: SnapshotChanges;
    }
  | { readonly kind: "snapshot"; readonly changes: SnapshotChanges }
  | {
      readonly kind: "certificate";
      readonly ask: number;
      readonly answer: CertificatePair | { readonly problem: string };
    }
  /** What session tickets are made with from now on. */
  | { readonly kind: "ticket-keys"; readonly keys: Uint8Array }
  | { readonly kind: "status"; readonly ask: number }
  | { readonly kind: "measure"; readonly ask: number }
  | { readonly kind: "drain"; readonly times: DrainTimes };

/** What a worker tells. */
export type FromWorker =
  /** It listens to messages: now it can be told what to do. */
  | { readonly kind: "ready" }
  /** It accepts connections. */
  | { readonly kind: "serving" }
  /** It cannot begin, and ends. `system` is what an error of the system carries besides: its code, and what for. */
  | { readonly kind: "failed"; readonly reason: string; readonly system?: SystemFailure }
  /** Once a second, as long as its event loop turns. */
  | { readonly kind: "beat"; readonly connections: number }
  | { readonly kind: "applied"; readonly revision: string }
  | { readonly kind: "refused"; readonly revision: string; readonly reason: string }
  /** The changes do not fit what it has: it asks for everything. */
  | { readonly kind: "whole" }
  /** It serves on, but should not for long: another must take its place. Said once. */
  | { readonly kind: "unwell"; readonly why: string }
  | { readonly kind: "certificate"; readonly ask: number; readonly serverName: string | null }
  | { readonly kind: "status"; readonly ask: number; readonly upstreams: readonly UpstreamStatus[] }
  /** What was counted since the last such message. `ask` is 0 where nobody asked. */
  | { readonly kind: "measured"; readonly ask: number; readonly measured: Measured }
  | { readonly kind: "problem"; readonly message: string }
  | { readonly kind: "health"; readonly change: HealthChange };

/** Milliseconds between two beats. */
export const BEAT = 1000;

/** Beats from one to the next of those with which a worker tells what it counted: what a crash may lose. */
export const BEATS_TO_MEASURE = 5;
