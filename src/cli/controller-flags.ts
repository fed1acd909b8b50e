import { networkInterfaces } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import { addClassFlags, type ClassFlags } from "./class-flags.ts";
import { addClusterFlags, type ClusterFlags } from "./cluster-flags.ts";
import { parseAddress, parsePort, parseSeconds, parseWorkers, repeatable, type WorkersFlag } from "./flag-values.ts";
import { addFrontFlags, type FrontFlags } from "./front-flags.ts";
import { addLogFlags, type LogFlags } from "./log-flags.ts";
import { addMetricsFlags, type MetricsFlags } from "./metrics-flags.ts";
import { DEFAULT_PORTS, OUR_CLASS } from "./options.ts";
import { type ServiceFlags, serviceOptions, servicesFlag } from "./service-flags.ts";
import { parseServiceMap } from "./service-map.ts";
import { addSettingsFlags, settingsOptions, type SettingsFlags } from "./settings-flags.ts";
import { addStatusFlags, type StatusFlags } from "./status-flags.ts";
import { addWebhookFlags, type WebhookFlags } from "./webhook-flags.ts";
import { addTakenFlags } from "./taken-flags.ts";
import { addTranslationFlags, translationOptions, type TranslationFlags } from "./translation-flags.ts";
import { addTracingFlags, type TracingFlags } from "./tracing-flags.ts";

/** Flags of `controller`: those of its parts, and how it serves. */
export interface ControllerFlags
  extends
    ClusterFlags,
    ClassFlags,
    ServiceFlags,
    SettingsFlags,
    FrontFlags,
    LogFlags,
    MetricsFlags,
    TracingFlags,
    StatusFlags,
    WebhookFlags,
    TranslationFlags {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly healthzPort: number;
  readonly healthzHost?: string;
  readonly healthCheckPath?: string;
  readonly adminPort: number;
  readonly bind?: string;
  readonly strictPaths: boolean;
  readonly workers: WorkersFlag;
  /** Seconds. */
  readonly shutdownGracePeriod: number;
  readonly drainTimeout: number;
}

export function addControllerFlags(command: Command): Command {
  addSettingsFlags(addTranslationFlags(addClassFlags(addClusterFlags(command), OUR_CLASS)));
  command
    .addOption(port("http-port", "port for HTTP", DEFAULT_PORTS.http))
    .addOption(port("https-port", "port for HTTPS", DEFAULT_PORTS.https))
    .addOption(port("healthz-port", "port for /healthz, /livez, /readyz and /metrics", DEFAULT_PORTS.health))
    .addOption(new Option("--healthz-host <address>", "address for these (default: all)").argParser(parseAddress))
    .addOption(
      new Option("--health-check-path <path>", "another path that is answered as /healthz is").argParser(parsePath),
    )
    .addOption(port("admin-port", "port for /snapshot and /routes, on loopback only", DEFAULT_PORTS.admin))
    .addOption(new Option("--bind <address>", "address for HTTP and HTTPS (default: all)").argParser(parseAddress))
    .addOption(servicesFlag("tcp"))
    .addOption(servicesFlag("udp"))
    .addOption(
      new Option("--map <namespace/service:port=host:port>", "send a Service port somewhere else, repeatable") //
        .argParser(repeatable(parseServiceMap)),
    )
    .option("--strict-paths", "refuse encoded slashes and `..;` in paths, and forward paths in normal form", false)
    .addOption(
      new Option("--workers <number>", "processes that serve; auto: one a processor, as far as memory goes") //
        .argParser(parseWorkers)
        .default("auto"),
    )
    .addOption(
      new Option(
        "--shutdown-grace-period <seconds>",
        "when asked to stop, accept connections for so long, not ready, until load balancers have noticed",
      )
        .argParser(parseSeconds)
        .default(5),
    )
    .addOption(
      new Option(
        "--drain-timeout <seconds>",
        "how long open requests then get; terminationGracePeriodSeconds must allow for both",
      )
        .argParser(parseSeconds)
        .default(240),
    );
  addTakenFlags(addWebhookFlags(addStatusFlags(command)));
  return addTracingFlags(addMetricsFlags(addFrontFlags(addLogFlags(command, "json")), "ingress-nginx"));
}

/** What the flags mean for the translator. */
export function controllerTranslation(flags: ControllerFlags): TranslateOptions {
  const reserved = [
    { use: "http", port: flags.httpPort },
    { use: "https", port: flags.httpsPort },
    { use: "healthz", port: flags.healthzPort },
    { use: "admin", port: flags.adminPort },
    ...(flags.validatingWebhook === undefined
      ? []
      : [{ use: "validating-webhook", port: flags.validatingWebhook.port }]),
  ];
  return {
    ingressClasses: flags.ingressClass ?? [OUR_CLASS],
    controllerClass: flags.controllerClass,
    serveWithoutClass: flags.watchIngressWithoutClass,
    allowLoopbackNames: false,
    strictTransport: true,
    ...settingsOptions(flags),
    ...translationOptions(flags),
    ...serviceOptions(flags, { byName: false, reserved }),
  };
}

/** All addresses: of both kinds where this machine has both. */
export function addressOf({ bind }: Pick<ControllerFlags, "bind">): string {
  if (bind !== undefined) return bind;
  const has6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family }) => family === "IPv6"),
  );
  return has6 ? "::" : "0.0.0.0";
}

function parsePath(text: string): string {
  if (/^\/[\w./~-]*$/.test(text) && text !== "/metrics") return text;
  throw new InvalidArgumentError('Give a path, for example "/healthz".');
}

function port(flag: string, what: string, preset: number): Option {
  return new Option(`--${flag} <port>`, `${what}, 0 = any free`).argParser(parsePort).default(preset);
}
