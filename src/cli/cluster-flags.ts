import { type Command, InvalidArgumentError, Option } from "commander";
import type { CredentialSettings } from "../control-plane/kubernetes/kubernetes.ts";
import { clusterSettings } from "../settings.ts";
import { parseSeconds } from "./flag-values.ts";

/** Flags about the cluster that is followed; the names are those of ingress-nginx and kubectl, where they have them. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly apiserverHost?: URL;
  readonly certificateAuthority?: string;
  readonly watchNamespace?: string;
  readonly watchNamespaceSelector?: string;
  /** Seconds; absent: everything is waited for. */
  readonly partialStart?: number;
  /** Seconds. */
  readonly listDoubt: number;
}

export function addClusterFlags(command: Command): Command {
  return command
    .option(
      "--kubeconfig <file>",
      "kubeconfig with the cluster (default: KUBECONFIG, else the service account of this pod, else ~/.kube/config)",
    )
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .addOption(
      new Option(
        "--apiserver-host <url>",
        "API server; without --kubeconfig it is asked without credentials, for example http://127.0.0.1:8001 of kubectl proxy",
      ).argParser(parseServer),
    )
    .option("--certificate-authority <file>", "authority of the server of --apiserver-host, PEM")
    .addOption(
      new Option("--watch-namespace <name>", "look at this namespace alone; a Role there is enough (default: all)") //
        .argParser(parseNamespace),
    )
    .addOption(
      new Option(
        "--watch-namespace-selector <labels>",
        "serve Ingresses only of namespaces with these labels, for example team=shop",
      ).conflicts("watchNamespace"),
    )
    .addOption(
      new Option(
        "--partial-start <seconds>",
        "after so long serve without kinds of objects that could not be listed (default: wait for all of them, not ready)",
      ).argParser(parseSeconds),
    )
    .addOption(
      new Option(
        "--list-doubt <seconds>",
        "when a new list lacks more than half of what was known, ask two times more, so long apart, before it is believed; 0 = believe it",
      )
        .argParser(parseSeconds)
        .default(10),
    );
}

/** Where the flags and the environment say that credentials are. */
export function credentialSettings(flags: ClusterFlags): CredentialSettings {
  return {
    kubeconfig: flags.kubeconfig === undefined ? undefined : [flags.kubeconfig],
    context: flags.context,
    server: flags.apiserverHost,
    authority: flags.certificateAuthority,
    environment: clusterSettings(),
  };
}

function parseServer(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError("Give the URL of an API server, for example https://10.0.0.1:6443.");
}

function parseNamespace(text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of a namespace, for example "shop".');
}
