// Both planes in one process: local runs, tests, and the library.
// In: sources of resources, and where to listen. Out: a running gateway that follows its sources.
// Never: a flag, a line of output; whoever starts it decides what is said.
import { makeDefaultCertificate } from "./certificates/default-certificate.ts";
import { connectionLimit } from "./connection-limit.ts";
import { memoryLimit } from "./memory-limit.ts";
import { ControlPlane, type Published } from "./control-plane/control-plane.ts";
import type { ResourceSource } from "./control-plane/sources/sources.ts";
import type { Diagnostic } from "./control-plane/translate/diagnostic.ts";
import type { TranslateOptions } from "./control-plane/translate/options.ts";
import { DataPlane, type DataPlaneOptions } from "./data-plane/data-plane.ts";
import type { CertificatePair } from "./snapshot/pair.ts";
import { emptySnapshot } from "./snapshot/seal.ts";
import type { RoutingSnapshot } from "./snapshot/snapshot.ts";
import { AdminServer } from "./telemetry/admin-server.ts";
import { HealthServer } from "./telemetry/health-server.ts";

export interface GatewayOptions extends DataPlaneOptions {
  readonly sources: readonly ResourceSource[];
  readonly translate: TranslateOptions;
  /** Milliseconds without a change before a snapshot is made. */
  readonly quiet?: number;
  /** Where the admin server listens, on 127.0.0.1; absent: nowhere. Port 0: any free one, here and below. */
  readonly admin?: { readonly port: number };
  /** Where `/healthz`, `/livez` and `/readyz` are answered; absent: nowhere. Without a host: all addresses. */
  readonly health?: { readonly host?: string; readonly port: number };
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
  /** Takes no new work, waits until the open exchanges are over, at most `grace` milliseconds. Readiness is off from the first moment. */
  drain(grace: number): Promise<void>;
  /** Stops everything at once. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. When it resolves, the first snapshot is being served on all ports.
 * @throws the system's error when a port is busy; nothing is left running then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { sources, translate, quiet, admin, health, onPublished, onError, ...dataPlaneOptions } = options;
  const limits = { connections: connectionLimit(), memoryBytes: memoryLimit(), ...dataPlaneOptions.limits };
  // Without anything better, as in a cluster without a default certificate: one that no client trusts, but that TLS can be spoken with.
  let selfSigned: Promise<CertificatePair> | undefined;
  const defaultCertificate = dataPlaneOptions.defaultCertificate ?? (() => (selfSigned ??= makeDefaultCertificate()));
  const dataPlane = new DataPlane({ ...dataPlaneOptions, limits, defaultCertificate });
  let live: Published = { snapshot: emptySnapshot(), diagnostics: [] };
  const readiness = { snapshot: false, draining: false };

  const controlPlane = new ControlPlane({
    sources,
    translate,
    ...(quiet === undefined ? {} : { quiet }),
    ...(onError === undefined ? {} : { onError }),
    publish: (published) => {
      if (!readiness.snapshot || published.snapshot.revision !== live.snapshot.revision) {
        dataPlane.apply(published.snapshot);
      }
      live = published;
      readiness.snapshot = true;
      onPublished?.(published);
    },
  });
  const adminServer = new AdminServer({
    readiness: () => readiness,
    snapshot: () => live.snapshot,
    upstreams: () => dataPlane.upstreamStatus(),
  });
  const healthServer = new HealthServer(() => readiness);

  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    readiness.draining = true;
    dataPlane.close();
    closed ??= Promise.all([controlPlane.close(), adminServer.close(), healthServer.close()]).then(() => undefined);
    return closed;
  };

  try {
    // Health answers from the beginning (alive, not ready); the data ports open only when there is something to serve.
    const healthPort = health === undefined ? null : await healthServer.listen(health);
    const adminPort = admin === undefined ? null : await adminServer.listen(admin.port);
    await controlPlane.start();
    const { http, https } = await dataPlane.listen();
    return {
      ports: { http, https, admin: adminPort, health: healthPort },
      get snapshot() {
        return live.snapshot;
      },
      get diagnostics() {
        return live.diagnostics;
      },
      drain(grace) {
        readiness.draining = true;
        return dataPlane.drain(grace);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
