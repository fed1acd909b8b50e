import { Option, type Command } from "commander";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import {
  parseAddress,
  parseClassName,
  parsePort,
  parseSeconds,
  parseWorkers,
  repeatable,
  type WorkersFlag,
} from "./flag-values.ts";
import { addFrontFlags, type FrontFlags } from "./front-flags.ts";
import { addLogFlags, type LogFlags } from "./log-flags.ts";
import { addMetricsFlags, type MetricsFlags } from "./metrics-flags.ts";
import { type ServiceFlags, serviceOptions, servicesFlag } from "./service-flags.ts";
import { parseServiceMap } from "./service-map.ts";
import { addSettingsFlags, settingsOptions, type SettingsFlags } from "./settings-flags.ts";
import { addTranslationFlags, translationOptions, type TranslationFlags } from "./translation-flags.ts";
import { addTracingFlags, type TracingFlags } from "./tracing-flags.ts";

/** Flags of every command that reads a folder. Absent means not given: repeatable flags cannot have commander's defaults, which would be added to. */
export interface FolderFlags extends ServiceFlags, SettingsFlags, TranslationFlags {
  readonly ingressClass?: readonly string[];
}

/** Flags of the commands that serve. A port that is absent was not asked for: then a busy default gives way to the next free one. */
export interface ServeFlags extends FolderFlags, FrontFlags, LogFlags, MetricsFlags, TracingFlags {
  readonly httpPort?: number;
  readonly httpsPort?: number;
  readonly healthPort?: number;
  readonly adminPort?: number;
  readonly bind: string;
  readonly watch: boolean;
  readonly strictPaths: boolean;
  /** Processes that serve; 1: this one. */
  readonly workers: WorkersFlag;
  /** Seconds. */
  readonly drainDelay: number;
}

export const DEFAULT_PORTS = { http: 8080, https: 8443, health: 10_254, admin: 10_255 } as const;

export function addFolderFlags(command: Command, classes: readonly string[]): Command {
  return addSettingsFlags(addTranslationFlags(command))
    .addOption(
      new Option("--ingress-class <name>", `class of Ingresses to serve, repeatable (default: ${classes.join(", ")})`) //
        .argParser(repeatable(parseClassName)),
    )
    .addOption(
      new Option(
        "--map <namespace/service:port=host:port>",
        "send a Service port somewhere else, for pods that run on this machine, repeatable",
      ).argParser(repeatable(parseServiceMap)),
    )
    .addOption(servicesFlag("tcp", foundBy("tcp-services")))
    .addOption(servicesFlag("udp", foundBy("udp-services")));
}

function foundBy(name: string): string {
  return ` (default: the one called ${name} in the namespace ingress-nginx, or the only one)`;
}

export function addServeFlags(command: Command, classes: readonly string[]): Command {
  const port = (flag: string, what: string, preset: number): Option =>
    new Option(`--${flag} <port>`, `${what}, 0 = any free (default: ${preset}, or the next free)`).argParser(parsePort);
  const serving = addFolderFlags(command, classes)
    .addOption(port("http-port", "port for HTTP", DEFAULT_PORTS.http))
    .addOption(port("https-port", "port for HTTPS", DEFAULT_PORTS.https))
    .addOption(
      port("health-port", "port for /healthz, /livez, /readyz and /metrics, on all addresses", DEFAULT_PORTS.health),
    )
    .addOption(port("admin-port", "port for /snapshot and /routes, on loopback only", DEFAULT_PORTS.admin))
    .addOption(
      new Option("--bind <address>", "address for HTTP and HTTPS").argParser(parseAddress).default("127.0.0.1"),
    )
    .option("--watch", "follow changes of the folder", true)
    .option("--no-watch", "read the folder once")
    .option("--strict-paths", "refuse encoded slashes and `..;` in paths, and forward paths in normal form", false)
    .addOption(
      new Option(
        "--workers <number>",
        "processes that serve, each with read access to this program alone: auto = one a processor, as far as memory goes; 1 = this process, by itself",
      )
        .argParser(parseWorkers)
        .default(1),
    )
    .addOption(
      new Option(
        "--drain-delay <seconds>",
        "when asked to stop, accept connections for so long, not ready, until load balancers have noticed",
      )
        .argParser(parseSeconds)
        .default(0),
    );
  return addTracingFlags(addMetricsFlags(addFrontFlags(addLogFlags(serving, "pretty")), "none"));
}

/** What the flags mean for the translator: a folder on a developer's machine, so the forgiving choices of `dev`. */
export function translateOptions(
  flags: FolderFlags,
  classes: readonly string[],
  ports: Readonly<Record<keyof typeof DEFAULT_PORTS, number>> = DEFAULT_PORTS,
): TranslateOptions {
  return {
    ingressClasses: flags.ingressClass ?? classes,
    serveWithoutClass: true,
    allowLoopbackNames: true,
    ...settingsOptions(flags),
    ...translationOptions(flags),
    ...serviceOptions(flags, { byName: true, reserved: Object.entries(ports).map(([use, port]) => ({ use, port })) }),
  };
}

/** The class that is ours without any flag. */
export const OUR_CLASS = "ts-ingress";
