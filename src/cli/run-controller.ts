import type { Known } from "../control-plane/admission/admission.ts";
import type { Published } from "../control-plane/control-plane.ts";
import type { ApiServer } from "../control-plane/kubernetes/api-server.ts";
import { CredentialsProblem } from "../control-plane/kubernetes/credentials.ts";
import { connect } from "../control-plane/kubernetes/kubernetes.ts";
import { ClusterSource } from "../control-plane/sources/cluster.ts";
import { ReferencedSecrets } from "../control-plane/translate/referenced-secrets.ts";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import type { Gateway } from "../gateway.ts";
import { createLog, type Log } from "../log.ts";
import { ControllerMetrics } from "../telemetry/metrics/controller-metrics.ts";
import { credentialSettings } from "./cluster-flags.ts";
import { ClusterLog } from "./cluster-log.ts";
import { addressOf, controllerTranslation, type ControllerFlags } from "./controller-flags.ts";
import { frontOptions, frontWarnings } from "./front-flags.ts";
import { messageFormat } from "./log-flags.ts";
import { metricsOptions } from "./metrics-flags.ts";
import { News } from "./news.ts";
import { packageVersion } from "./package-root.ts";
import { type AskedPort, checkPorts } from "./ports.ts";
import { Problem } from "./problem.ts";
import { endUnread, runGateway } from "./run-gateway.ts";
import { summarise } from "./show-diagnostics.ts";
import { tellLine } from "./tell-line.ts";
import { clusterStatus } from "./status-flags.ts";
import { tellTaken } from "./taken-flags.ts";
import { validatingWebhook } from "./webhook-flags.ts";
import { tracingOptions } from "./tracing-flags.ts";

/** The ports that clients and redirects know: a Service or a load balancer is in front of ours. */
const PUBLIC_PORTS = { http: 80, https: 443 } as const;

/** Runs the gateway of a cluster until it is asked to stop. @throws {Problem} when it cannot begin */
export async function runController(flags: ControllerFlags): Promise<void> {
  const log = createLog(messageFormat(flags), tellLine);
  const host = addressOf(flags);
  await checkPorts(askedPorts(flags, host));
  tellTaken(flags, log);
  for (const warning of frontWarnings(flags)) log("warning", warning);
  const api = await connected(flags);
  const news = new News(log, messageFormat(flags));
  const translate = controllerTranslation(flags);
  const measured = new ControllerMetrics(flags.electionId);
  const status = clusterStatus(flags, api, flags.watchNamespace, (leads) => measured.leads(leads), log);
  let latest: Published | null = null;
  const source = followed(api, flags, translate, log);
  const looksAt = (namespace: string): boolean => source.looksAt(namespace);
  const known = (): Known | null => (latest === null ? null : { resources: latest.resources, translate, looksAt });
  const webhook = validatingWebhook(flags, api, known, (...reviewed) => measured.reviewed(...reviewed), log);
  try {
    await runGateway({
      log,
      logFlags: flags,
      workers: flags.workers,
      gateway: {
        sources: [source],
        translate,
        http: { host, port: flags.httpPort },
        https: { host, port: flags.httpsPort },
        health: healthOf(flags),
        admin: { port: flags.adminPort },
        publicPorts: PUBLIC_PORTS,
        strictPaths: flags.strictPaths,
        ...frontOptions(flags),
        streams: { host },
        ...tracingOptions(flags),
        onPublished: (published) => {
          latest = published;
          news.published(published);
          status.published(published);
        },
      },
      metrics: (droppedLines) => metricsOptions(flags, flags.controllerClass, droppedLines),
      started: (gateway) => {
        measured.into(gateway.registry);
        tellStart(gateway, log, news);
        status.start();
        void webhook?.start().then((port) => {
          if (port !== null) log("info", `the validating webhook answers on port ${port}`, { webhook: port });
        });
      },
      delay: flags.shutdownGracePeriod * 1000,
      grace: flags.drainTimeout * 1000,
    });
  } finally {
    await Promise.all([status.close(), webhook?.close()]);
    api.close();
    endUnread();
  }
}

function askedPorts(flags: ControllerFlags, host: string): AskedPort[] {
  const { validatingWebhook } = flags;
  return [
    { flag: "--http-port", host, port: flags.httpPort },
    { flag: "--https-port", host, port: flags.httpsPort },
    { flag: "--healthz-port", ...healthOf(flags) },
    { flag: "--admin-port", host: "127.0.0.1", port: flags.adminPort },
    ...(validatingWebhook === undefined ? [] : [{ flag: "--validating-webhook", ...validatingWebhook }]),
  ];
}

function healthOf({ healthzPort: port, healthzHost: host, healthCheckPath: path }: ControllerFlags): {
  readonly host?: string;
  readonly port: number;
  readonly path?: string;
} {
  return { port, ...(host === undefined ? {} : { host }), ...(path === undefined ? {} : { path }) };
}

async function connected(flags: ControllerFlags): Promise<ApiServer> {
  try {
    return await connect(credentialSettings(flags), { userAgent: `ts-ingress/${packageVersion()}` });
  } catch (error) {
    if (error instanceof CredentialsProblem) throw new Problem(error.message, `${error.remedy}.`);
    throw error;
  }
}

function followed(api: ApiServer, flags: ControllerFlags, translate: TranslateOptions, log: Log): ClusterSource {
  const { watchNamespace: namespace, watchNamespaceSelector: namespaceSelector } = flags;
  const where = namespace === undefined ? "all namespaces" : `namespace ${namespace}`;
  log("info", `following ${where} of the cluster ${api.about}`, { server: api.about, namespace: namespace ?? null });
  const referenced = new ReferencedSecrets(translate);
  const clusterLog = new ClusterLog(log, api.about, namespace);
  return new ClusterSource({
    api,
    namespace,
    namespaceSelector,
    configMaps: [flags.configmap, flags.tcpServicesConfigmap, flags.udpServicesConfigmap].filter(
      (name) => name !== undefined,
    ),
    secrets: [],
    secretsNamedIn: (set) => referenced.of(set),
    hold: flags.listDoubt * 1000,
    partialStart: flags.partialStart === undefined ? undefined : flags.partialStart * 1000,
    onStatus: (status) => clusterLog.hear(status),
  });
}

function tellStart(gateway: Gateway, log: Log, news: News): void {
  const { http, https, health, admin } = gateway.ports;
  const processes = gateway.workers.length === 0 ? "" : ` by ${gateway.workers.length} processes`;
  log(
    "info",
    `serving on ports ${http} (HTTP) and ${https} (HTTPS)${processes}; health on ${health}, admin on ${admin}`,
    {
      ...gateway.ports,
      workers: Math.max(1, gateway.workers.length),
      revision: gateway.snapshot.revision,
    },
  );
  news.tell(gateway.diagnostics);
  if (gateway.diagnostics.length > 0) log("info", summarise(gateway.diagnostics));
}
