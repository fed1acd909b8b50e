// Both planes together, in one process or with the data plane in several: all that serves starts here.
// In: sources of resources, and where to listen. Out: a running gateway that follows its sources.
// Never: a flag, a line of output; whoever starts it decides what is said.
import { makeDefaultCertificate } from "./certificates/default-certificate.ts";
import { connectionLimit } from "./connection-limit.ts";
import { ContainerMemory } from "./container-memory.ts";
import { memoryLimit } from "./memory-limit.ts";
import { ControlPlane, type Published } from "./control-plane/control-plane.ts";
import { resourceSet } from "./control-plane/resources/resource-set.ts";
import type { ResourceSource } from "./control-plane/sources/sources.ts";
import type { Diagnostic } from "./control-plane/translate/diagnostic.ts";
import type { TranslateOptions } from "./control-plane/translate/options.ts";
import type { DataPlaneOptions } from "./data-plane/data-plane.ts";
import type { CertificatePair } from "./snapshot/pair.ts";
import { emptySnapshot } from "./snapshot/seal.ts";
import type { RoutingSnapshot } from "./snapshot/snapshot.ts";
import type { HealthChange } from "./data-plane/upstreams/health/ejection.ts";
import type { WorkersOptions, WorkerStatus } from "./processes/processes.ts";
import { makeServing, type ServingOptions } from "./processes/serving.ts";
import { AdminServer } from "./telemetry/admin-server.ts";
import { HealthServer } from "./telemetry/health-server.ts";
import { Metrics, type MetricsOptions } from "./telemetry/metrics/metrics.ts";
import type { Registry } from "./telemetry/metrics/registry.ts";
import type { MeterSettings } from "./telemetry/metrics/settings.ts";
import type { TracingSettings } from "./telemetry/tracing/tracer.ts";

export interface GatewayOptions extends Omit<DataPlaneOptions, "onHealthChange" | "containerMemory"> {
  /** Absent: this process serves by itself. `onFinished` is then the way to the access log, as `onLine` is with workers. */
  readonly workers?: WorkersOptions;
  /** As for a data plane; with workers also the number of the one that says so. */
  readonly onHealthChange?: (change: HealthChange, worker?: number) => void;
  readonly sources: readonly ResourceSource[];
  readonly translate: TranslateOptions;
  /** Milliseconds without a change before a snapshot is made. */
  readonly quiet?: number;
  /** Where the admin server listens, on 127.0.0.1; absent: nowhere. Port 0: any free one, here and below. */
  readonly admin?: { readonly port: number };
  /** Where `/healthz`, `/livez`, `/readyz` and, with `metrics`, `/metrics` are answered; absent: nowhere. Without a host: all addresses. `path` is another one that is answered as `/healthz` is. */
  readonly health?: { readonly host?: string; readonly port: number; readonly path?: string };
  /** Absent: nothing is measured. */
  readonly metrics?: MetricsOptions;
  /** Absent: nothing is traced; `traceparent` is passed on as it came. */
  readonly tracing?: TracingSettings;
  /** Called after each snapshot went live, the first included. */
  readonly onPublished?: (published: Published) => void;
  /** Called with what goes wrong in the control plane; the last good snapshot stays. */
  readonly onError?: (error: Error) => void;
}

/** The ports in use; null where a listener was not asked for. */
export interface GatewayPorts {
  readonly http: number | null;
  readonly https: number | null;
  readonly admin: number | null;
  readonly health: number | null;
}

export interface Gateway {
  readonly ports: GatewayPorts;
  /** What is being served now. */
  readonly snapshot: RoutingSnapshot;
  readonly diagnostics: readonly Diagnostic[];
  /** Empty where this process serves by itself. */
  readonly workers: readonly WorkerStatus[];
  /** Where more may be added to the metrics; null where nothing is measured. */
  readonly registry: Registry | null;
  /** Replaces all workers, one by one, and loses no connection. Rejects without workers, or when a new one cannot begin; the others stay then. */
  replaceWorkers(): Promise<void>;
  /**
   * Takes no new work, waits until the open exchanges are over, at most `grace` milliseconds. Readiness is off from the first moment; with a
   * `delay`, connections are accepted for so many milliseconds more, until everybody who balances load has noticed.
   */
  drain(grace: number, delay?: number): Promise<void>;
  /** Stops everything at once. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. When it resolves, the first snapshot is being served on all ports.
 * @throws the system's error when a port is busy; nothing is left running then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { sources, translate, quiet, admin, health, metrics: measured, onPublished, onError, ...serves } = options;
  // The primary needs memory too.
  const processes = serves.workers === undefined ? 1 : serves.workers.count + 1;
  const limits = { connections: connectionLimit(), memoryBytes: memoryLimit() / processes, ...serves.limits };
  const container = serves.limits?.memoryBytes === undefined ? ContainerMemory.open() : null;
  const shared = container === null ? {} : { container };
  // Without anything better, as in a cluster without a default certificate: one that no client trusts, but that TLS can be spoken with.
  let selfSigned: Promise<CertificatePair> | undefined;
  const defaultCertificate = serves.defaultCertificate ?? (() => (selfSigned ??= makeDefaultCertificate()));
  const metrics =
    measured === undefined
      ? null
      : new Metrics(measured, {
          measure: () => serving.measure(),
          live: () => live,
          upstreams: () => serving.upstreamStatus(),
          workers: () =>
            serves.workers === undefined ? null : { running: serving.workerStatus(), started: serving.started },
        });
  const serving = makeServing({
    ...serves,
    ...shared,
    limits,
    defaultCertificate,
    ...told(metrics, measured?.meter, serves),
  });
  let live: Published = { snapshot: emptySnapshot(), diagnostics: [], resources: resourceSet([]), ours: [] };
  let published = false;
  let draining = false;
  const readiness = () => ({ snapshot: published && serving.serving, draining });

  const controlPlane = new ControlPlane({
    sources,
    translate,
    ...(quiet === undefined ? {} : { quiet }),
    ...(onError === undefined ? {} : { onError }),
    publish: (next) => {
      if (!published || next.snapshot.revision !== live.snapshot.revision) serving.apply(next.snapshot);
      live = next;
      metrics?.published(next.snapshot.revision);
      published = true;
      onPublished?.(next);
    },
  });
  const adminServer = new AdminServer({
    readiness,
    snapshot: () => live.snapshot,
    upstreams: () => serving.upstreamStatus(),
    workers: () => serving.workerStatus(),
    streams: () => serving.streamStatus(),
  });
  const healthServer = new HealthServer(readiness, metrics, health?.path);

  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    draining = true;
    metrics?.close();
    closed ??= Promise.all([serving.close(), controlPlane.close(), adminServer.close(), healthServer.close()]).then(
      () => container?.close(),
    );
    return closed;
  };

  try {
    // Health answers from the beginning (alive, not ready); the data ports open only when there is something to serve.
    const healthPort = health === undefined ? null : await healthServer.listen(health);
    const adminPort = admin === undefined ? null : await adminServer.listen(admin.port);
    await controlPlane.start();
    const { http, https } = await serving.listen();
    return {
      ports: { http, https, admin: adminPort, health: healthPort },
      get snapshot() {
        return live.snapshot;
      },
      get diagnostics() {
        return live.diagnostics;
      },
      get workers() {
        return serving.workerStatus();
      },
      registry: metrics?.registry ?? null,
      replaceWorkers: () => serving.replace(),
      drain(grace, delay = 0) {
        draining = true;
        return serving.drain({ grace, delay });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the processes that serve tell the metrics. */
function told(
  metrics: Metrics | null,
  settings: MeterSettings | undefined,
  { onHealthChange }: Pick<GatewayOptions, "onHealthChange">,
): Pick<ServingOptions, "measuring" | "onHealthChange"> {
  if (metrics === null || settings === undefined) return {};
  return {
    measuring: { settings, measured: (worker, pid, measured) => metrics.measured(worker, pid, measured) },
    onHealthChange: (change, worker) => {
      metrics.health(change);
      onHealthChange?.(change, worker);
    },
  };
}
