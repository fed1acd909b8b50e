import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { namedBy } from "../control-plane/resources/resource-key.ts";
import type { ApiServer } from "../control-plane/kubernetes/api-server.ts";
import { ControllerPods } from "../control-plane/status/controller-pods.ts";
import type { AddressSource } from "../control-plane/status/published-addresses.ts";
import { ClusterStatus } from "../control-plane/status/status.ts";
import { systemTimers } from "../control-plane/timers.ts";
import { isDnsName } from "../control-plane/translate/hosts.ts";
import type { Log } from "../log.ts";
import { podAround, podIdentity } from "../settings.ts";
import { parseObjectName } from "./flag-values.ts";
import { toggleFlag } from "./toggle-flag.ts";

/** Flags about what the cluster is told; the names are those of ingress-nginx. */
export interface StatusFlags {
  readonly updateStatus: boolean;
  readonly updateStatusOnShutdown: boolean;
  readonly publishService?: string;
  readonly publishStatusAddress?: readonly string[];
  readonly reportNodeInternalIpAddress: boolean;
  readonly electionId: string;
  /** Milliseconds. */
  readonly electionTtl: number;
  readonly disableLeaderElection: boolean;
  readonly disableSyncEvents: boolean;
}

const TTL = 30_000;

export function addStatusFlags(command: Command): Command {
  return command
    .addOption(
      toggleFlag("update-status", "write into status.loadBalancer of Ingresses where clients reach them", true),
    )
    .addOption(toggleFlag("update-status-on-shutdown", "take that away when the last of our pods ends", true))
    .addOption(
      new Option(
        "--publish-service <namespace/name>",
        "the Service in front of us, whose addresses are written there",
      ).argParser(parseObjectName),
    )
    .addOption(
      new Option(
        "--publish-status-address <list>",
        "addresses and names to write there instead, with commas between",
      ).argParser(parseAddresses),
    )
    .addOption(
      toggleFlag("report-node-internal-ip-address", "without the two above, internal addresses of our nodes", false),
    )
    .option("--election-id <name>", "the Lease by which one of several gateways leads", "ts-ingress-leader")
    .addOption(
      new Option("--election-ttl <duration>", "how long after its last word a leader is replaced, for example 30s") //
        .argParser(parseTtl)
        .default(TTL, "30s"),
    )
    .addOption(toggleFlag("disable-leader-election", "there is only one of us: it always leads", false))
    .addOption(toggleFlag("disable-sync-events", "no Event for each Ingress that is taken or changed", false));
}

/** What tells the cluster, not started yet. @param namespace the one that is watched; absent: all */
export function clusterStatus(
  flags: StatusFlags,
  api: ApiServer,
  namespace: string | undefined,
  onLeads: (leads: boolean) => void,
  log: Log,
): ClusterStatus {
  const around = podAround();
  const pods = around === null ? null : new ControllerPods(api, around.namespace, around.name);
  const troubles = new Set<string>();
  return new ClusterStatus({
    api,
    timers: systemTimers,
    random: Math.random,
    // Two of one name would both believe to be the leader.
    identity: around?.name ?? `${podIdentity().pod}-${process.pid}`,
    election: flags.disableLeaderElection
      ? null
      : { namespace: around?.namespace ?? api.namespace ?? "default", name: flags.electionId, ttl: flags.electionTtl },
    addresses: addressSource(flags, pods),
    syncEvents: !flags.disableSyncEvents,
    clearAtEnd: flags.updateStatusOnShutdown ? pods : null,
    namespace,
    onLeads: (leads) => {
      log("info", leads ? "leading: the status of Ingresses and Events are ours to write" : "not leading any more");
      onLeads(leads);
    },
    onProblem: (what, problem) => {
      if (problem !== null) {
        troubles.add(what);
        log("warning", `${what}: ${problem.message}`);
      } else if (troubles.delete(what)) log("info", `${what}: all is well again`);
    },
  });
}

function addressSource(flags: StatusFlags, pods: ControllerPods | null): AddressSource | null {
  const service = flags.publishService === undefined ? null : namedBy(flags.publishService);
  const fixed = flags.publishStatusAddress ?? null;
  if (!flags.updateStatus || (fixed === null && service === null && pods === null)) return null;
  return { fixed, service, pods, internal: flags.reportNodeInternalIpAddress };
}

function parseAddresses(text: string): readonly string[] {
  const addresses = text.split(",").map((one) => one.trim());
  if (addresses.every((one) => isIP(one) !== 0 || isDnsName(one))) return addresses;
  throw new InvalidArgumentError('Give IP addresses and host names, for example "203.0.113.9,lb.example.com".');
}

/** 4 seconds at least: a quarter of it must be enough for an answer. */
function parseTtl(text: string): number {
  const [, number = "", unit = "s"] = /^(\d{1,5})(s|m)?$/.exec(text) ?? [];
  const milliseconds = Number(number) * (unit === "m" ? 60_000 : 1000);
  if (number !== "" && milliseconds >= 4000 && milliseconds <= 3_600_000) return milliseconds;
  throw new InvalidArgumentError("Give a time from 4s to 60m.");
}
