import type { ApiServer } from "../kubernetes/api-server.ts";

/** core/v1 Pod and Node, as far as they matter here. */
interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly deletionTimestamp?: string | null;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
  };
}

interface Node {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[] | null;
  };
}

/** Labels that differ between the pods of one controller: those of a Deployment's generation, of a StatefulSet's and of a DaemonSet's. */
const OF_ONE_POD = ["pod-template-hash", "controller-revision-hash", "pod-template-generation"];

/** The pod we run in, and the pods that are the same controller: those with its labels. */
export class ControllerPods {
  readonly #api: ApiServer;
  readonly #namespace: string;
  readonly #name: string;
  #selector: string | null = null;

  constructor(api: ApiServer, namespace: string, name: string) {
    this.#api = api;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** True when another pod of this controller runs and is not being deleted. Rejects when the API server does not tell. */
  async othersRun(signal: AbortSignal): Promise<boolean> {
    const pods = await this.#list(signal);
    return pods.some(
      ({ metadata, status }) =>
        metadata.name !== this.#name && status?.phase === "Running" && !metadata.deletionTimestamp,
    );
  }

  /** Addresses of the nodes on which ready pods of this controller run. @param internal prefer those that only the cluster reaches */
  async nodeAddresses(internal: boolean, signal: AbortSignal): Promise<readonly string[]> {
    const pods = (await this.#list(signal)).filter(isReady);
    const names = [...new Set(pods.map(({ spec }) => spec?.nodeName ?? ""))].filter((name) => name !== "");
    const nodes = await Promise.all(
      names.map((name) => this.#api.request<Node>("GET", `/api/v1/nodes/${name}`, { signal })),
    );
    return nodes.map((node) => addressOf(node, internal)).filter((address) => address !== "");
  }

  async #list(signal: AbortSignal): Promise<readonly Pod[]> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods`;
    this.#selector ??= selectorOf(await this.#api.request<Pod>("GET", `${path}/${this.#name}`, { signal }));
    const query = { labelSelector: this.#selector };
    const { items } = await this.#api.request<{ items?: readonly Pod[] }>("GET", path, { query, signal });
    return items ?? [];
  }
}

function selectorOf({ metadata }: Pod): string {
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !OF_ONE_POD.includes(name));
  return labels.map(([name, value]) => `${name}=${value}`).join(",");
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = (status?.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True");
  return ready && !metadata.deletionTimestamp;
}

/** As ingress-nginx: the external address where there is one, unless the internal one is asked for. */
function addressOf({ status }: Node, internal: boolean): string {
  const addresses = status?.addresses ?? [];
  const of = (type: string): string => addresses.find((one) => one.type === type)?.address ?? "";
  return internal ? of("InternalIP") : of("ExternalIP") || of("InternalIP");
}
