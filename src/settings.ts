// The environment, and its only reader.
// In: environment variables. Out: values for flags, and the folder for our state.
// Never: a decision that a flag could not make as well.
import { homedir, hostname } from "node:os";
import path from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that stands for a flag: "http-port" gives "TS_INGRESS_HTTP_PORT". */
export function variableOf(flag: string): string {
  return `TS_INGRESS_${flag.replaceAll("-", "_").toUpperCase()}`;
}

/** What the environment says for a flag; undefined where the variable is unset or empty. */
export function settingOf(flag: string, environment: Environment = process.env): string | undefined {
  const value = environment[variableOf(flag)];
  return value === undefined || value === "" ? undefined : value;
}

/** Where state that survives a restart lives: `$XDG_STATE_HOME/ts-ingress`. A relative XDG path is ignored, as its specification demands. */
export function stateFolder(environment: Environment = process.env): string {
  const base = environment["XDG_STATE_HOME"];
  const usable = base !== undefined && path.isAbsolute(base);
  return path.join(usable ? base : path.join(homedir(), ".local", "state"), "ts-ingress");
}

/** What tells of a Kubernetes cluster around us. */
export interface ClusterSettings {
  /** The files of KUBECONFIG; none when it is unset. */
  readonly kubeconfig: readonly string[];
  /** The API server as every pod is told of it; null outside a cluster. */
  readonly service: { readonly host: string; readonly port: string } | null;
  /** `~/.kube/config`, whether or not there is one. */
  readonly homeConfig: string;
}

export function clusterSettings(environment: Environment = process.env): ClusterSettings {
  const host = environment["KUBERNETES_SERVICE_HOST"];
  return {
    kubeconfig: (environment["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== ""),
    service: host ? { host, port: environment["KUBERNETES_SERVICE_PORT"] || "443" } : null,
    homeConfig: path.join(homedir(), ".kube", "config"),
  };
}

/** The pod that we run in, as the downward API says; elsewhere the name of the machine. */
export function podIdentity(environment: Environment = process.env): { namespace: string; pod: string } {
  return {
    namespace: environment["POD_NAMESPACE"] || "default",
    pod: environment["POD_NAME"] || hostname(),
  };
}

/** The pod that we run in, where the downward API says so; null elsewhere: then nobody may be asked about it. */
export function podAround(environment: Environment = process.env): { namespace: string; name: string } | null {
  const { POD_NAMESPACE: namespace, POD_NAME: name } = environment;
  return namespace && name ? { namespace, name } : null;
}

/** What a worker gets of the environment: how to tell the time and whom to trust, and nothing that could be a secret. */
export function workerEnvironment(environment: Environment = process.env): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

/** Windows starts no process without SystemRoot. */
const PASSED_ON = ["TZ", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SystemRoot"] as const;
