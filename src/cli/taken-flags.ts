import { type Command, InvalidArgumentError, Option } from "commander";
import type { Log } from "../log.ts";
import { parseSwitch } from "./flag-values.ts";

/** A flag of ingress-nginx that there is nothing to do for here, so that its arguments can be taken over as they are. */
export interface TakenFlag {
  readonly name: string;
  /** What it is given: a boolean, or anything. */
  readonly takes: "boolean" | "value";
  /** What it is for in ingress-nginx. */
  readonly was: string;
  /** Why nothing is to be done for it here. */
  readonly here: string;
  /** What is missed where it is given this value: said as a warning at the start. */
  readonly misses?: (value: string) => boolean;
  /** A value that cannot be ignored, and what to do instead. */
  readonly refuses?: { readonly value: string; readonly remedy: string };
}

const isTrue = (value: string): boolean => value === "true";
const isGiven = (value: string): boolean => value !== "";
const NO_PORT = "Nothing listens inside of us for ourselves.";
const NO_GEOIP = "There is no GeoIP here: no variable and no rule knows where a client is.";
const NO_KLOG = "Messages are written to stderr, all of one level: see --log-format.";

/** In the order of ingress-nginx's own page, with its logger's last. */
export const TAKEN: readonly TakenFlag[] = [
  boolean("enable-ssl-passthrough", "Honours the annotation ssl-passthrough.", "The annotation is always honoured."),
  boolean("enable-annotation-validation", "Checks values of annotations.", "They are always checked."),
  boolean("deep-inspect", "Looks for directives of nginx in Ingresses.", "Nothing of an Ingress becomes a directive."),
  {
    ...boolean("enable-ssl-chain-completion", "Fetches missing intermediate certificates.", "Nothing is fetched."),
    refuses: {
      value: "true",
      remedy:
        "Put the whole chain, leaf first, into tls.crt of each Secret, and remove the flag: none is completed here.",
    },
  },
  {
    ...boolean(
      "enable-topology-aware-routing",
      "Prefers endpoints of the own zone.",
      "Endpoints of all zones are used alike.",
    ),
    misses: isTrue,
  },
  boolean(
    "disable-full-test",
    "Has the webhook test one Ingress alone.",
    "It always looks at whom that one can concern.",
  ),
  boolean("profiling", "Opens a port with profiles of Go.", "Node has --cpu-prof, and SIGUSR1 opens its inspector."),
  value("profiler-port", "The port for that.", "There is none."),
  value("profiler-address", "The address for that.", "There is none."),
  value("sync-period", "Lists everything again now and then.", "What is missed is found without: see ARCHITECTURE.md."),
  value(
    "sync-rate-limit",
    "Reloads a second, at most.",
    "There are no reloads: a change is served when 50 ms were quiet.",
  ),
  value("status-update-interval", "Seconds between two looks at statuses.", "They follow each change at once."),
  value("dynamic-configuration-retries", "Tries to hand nginx its endpoints.", "Nothing is handed over."),
  value(
    "post-shutdown-grace-period",
    "Seconds from the end of nginx to that of the controller.",
    "Both are one: --drain-timeout is how long open requests get.",
  ),
  value("health-check-timeout", "Seconds for asking nginx whether it is well.", "Nobody else is asked."),
  value("default-server-port", "A port of nginx for itself.", NO_PORT),
  value("status-port", "A port of nginx for itself.", NO_PORT),
  value("stream-port", "A port of nginx for itself.", NO_PORT),
  value("ssl-passthrough-proxy-port", "A port of nginx for itself.", NO_PORT),
  value("internal-logger-address", "Where nginx in a chroot logs to.", NO_PORT),
  value("monitor-max-batch-size", "Requests kept for metrics.", "They are counted as they end."),
  {
    ...value("bucket-factor", "Native histograms.", "Histograms are the classic ones."),
    misses: (text) => text !== "0",
  },
  value("max-buckets", "Buckets of native histograms.", "Histograms are the classic ones."),
  {
    ...value("exclude-socket-metrics", "Metrics to leave out.", "All are there; --metrics-max-series bounds each."),
    misses: isGiven,
  },
  { ...value("maxmind-license-key", "GeoIP databases.", NO_GEOIP), misses: isGiven },
  { ...value("maxmind-mirror", "GeoIP databases.", NO_GEOIP), misses: isGiven },
  value("maxmind-edition-ids", "GeoIP databases.", NO_GEOIP),
  value("maxmind-retries-count", "GeoIP databases.", NO_GEOIP),
  value("maxmind-retries-timeout", "GeoIP databases.", NO_GEOIP),
  value("v", "How much is logged.", NO_KLOG),
  ...["logtostderr", "alsologtostderr", "add_dir_header", "skip_headers", "skip_log_headers", "one_output"].map(
    (name) => boolean(name, "How logs are written.", NO_KLOG),
  ),
  ...["stderrthreshold", "vmodule", "log_dir", "log_file", "log_file_max_size", "log_backtrace_at"].map((name) =>
    value(name, "How logs are written.", NO_KLOG),
  ),
];

/** Adds them, unseen in --help: whoever reads that does not need them. */
export function addTakenFlags(command: Command): Command {
  for (const flag of TAKEN) command.addOption(optionFor(flag).hideHelp());
  return command;
}

/** Tells which of them were given, in one line, and what is missed without them. */
export function tellTaken(flags: object, log: Log): void {
  const given = TAKEN.flatMap((flag) => {
    const value = (flags as Readonly<Record<string, string | undefined>>)[optionFor(flag).attributeName()];
    return value === undefined ? [] : [{ flag, value }];
  });
  for (const { flag, value } of given) {
    if (flag.misses?.(value) === true) log("warning", `--${flag.name} is without effect. ${flag.here}`);
  }
  if (given.length === 0) return;
  const names = given.map(({ flag }) => `--${flag.name}`).join(", ");
  log("info", `nothing is to be done here for flags of ingress-nginx: ${names} (docs/cli.md says why)`);
}

function optionFor({ name, takes, was, refuses }: TakenFlag): Option {
  const parse = (text: string | true): string => {
    const value = takes === "boolean" ? String(parseSwitch(text)) : String(text);
    if (refuses?.value === value) throw new InvalidArgumentError(refuses.remedy);
    return value;
  };
  const option = new Option(
    takes === "boolean" ? `--${name} [boolean]` : `${name === "v" ? "-v, " : ""}--${name} <value>`,
    was,
  ).argParser(parse);
  return takes === "boolean" ? option.preset("true") : option;
}

function boolean(name: string, was: string, here: string): TakenFlag {
  return { name, takes: "boolean", was, here };
}

function value(name: string, was: string, here: string): TakenFlag {
  return { name, takes: "value", was, here };
}
