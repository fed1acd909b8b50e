// A Kubernetes cluster as a source of resources.
// In: an API server, and what of its objects is wanted. Out: the whole ResourceSet, as soon as all of it is known, then after every change.
// Never: a Secret or ConfigMap that nobody names (but for certificates); a set that is half.
import type { ApiServer } from "../kubernetes/api-server.ts";
import type { ListWatchStatus } from "../kubernetes/list-watch-status.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { systemTimers, type Timers } from "../timers.ts";
import { clusterProblem } from "./cluster/cluster-problems.ts";
import { FollowedCluster } from "./cluster/followed-cluster.ts";
import type { Following } from "./cluster/followed-kind.ts";
import { Gathering } from "./cluster/gathering.ts";
import { NamedSecrets, type SecretsNamedIn } from "./cluster/named-secrets.ts";
import { Remembered } from "../remembered.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import type { Loaded, ResourceSource } from "./sources.ts";

export interface ClusterOptions {
  readonly api: ApiServer;
  /** The only namespace that is looked at, and the only one we need permissions in; absent: all. */
  readonly namespace?: string | undefined;
  /** Labels of the namespaces whose Ingresses count (`--watch-namespace-selector`); absent: all. */
  readonly namespaceSelector?: string | undefined;
  /** ConfigMaps to read, "namespace/name". */
  readonly configMaps: readonly string[];
  /** Secrets to read besides those that Ingresses name, "namespace/name". */
  readonly secrets: readonly string[];
  readonly secretsNamedIn: SecretsNamedIn;
  /** Milliseconds that a list without most of what was known is doubted, each of two times; 0: never. Default 10 seconds. */
  readonly hold?: number;
  /** Milliseconds after which to begin without what could not be listed until then; absent: wait for all of it. */
  readonly partialStart?: number | undefined;
  readonly timers?: Timers;
  /** 0 to 1. */
  readonly random?: () => number;
  /** Called when following a kind goes otherwise than before. */
  readonly onStatus?: (status: ListWatchStatus) => void;
}

const NONE: ResourceSet["endpoints"] = [];

/** May be watched once. */
export class ClusterSource implements ResourceSource {
  readonly name: string;
  readonly #options: ClusterOptions;
  readonly #timers: Timers;
  readonly #gathering: Gathering;
  readonly #told = new Map<string, string>();
  readonly #selected = new Remembered<ResourceSet["ingresses"]>();
  #cluster: FollowedCluster | null = null;

  constructor(options: ClusterOptions) {
    this.name = `cluster ${options.api.about}`;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#gathering = new Gathering(this.#timers);
  }

  /** How following each kind goes. */
  get statuses(): readonly ListWatchStatus[] {
    return this.#cluster?.statuses ?? [];
  }

  /** Whether Ingresses of a namespace count, as far as is known. */
  looksAt(namespace: string): boolean {
    const { namespace: only } = this.#options;
    return (only === undefined || only === namespace) && (this.#cluster?.selected?.names.has(namespace) ?? true);
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Loaded, void> {
    const cluster = this.#start();
    const secrets = this.#secretsOf(cluster);
    const { partialStart } = this.#options;
    let begun = false;
    const begin = (): void => {
      begun = true;
      this.#gathering.touch();
    };
    const cancel = partialStart === undefined ? null : this.#timers.after(partialStart, begin);
    try {
      while (!signal.aborted) {
        secrets.follow();
        begun ||= cluster.whole;
        if (begun) yield this.#load(cluster, secrets);
        await this.#gathering.next(signal);
      }
    } finally {
      cancel?.();
      secrets.close();
      this.#gathering.close();
      await cluster.close();
    }
  }

  #start(): FollowedCluster {
    if (this.#cluster !== null) throw new Error("a cluster can be watched once");
    const {
      api,
      namespace,
      namespaceSelector: selector,
      configMaps,
      random = Math.random,
      hold = 10_000,
    } = this.#options;
    const following: Following = {
      api,
      timers: this.#timers,
      random,
      hold,
      streaming: true,
      onChange: () => this.#gathering.touch(),
      onStatus: (status) => this.#hear(status),
    };
    const cluster = new FollowedCluster(following, { namespace, selector });
    cluster.configMaps.follow(configMaps);
    this.#cluster = cluster;
    return cluster;
  }

  #secretsOf(cluster: FollowedCluster): NamedSecrets {
    const { ingresses, classes, certificates, secrets: others } = cluster;
    const { secretsNamedIn, secrets: always } = this.#options;
    const onChange = (): void => this.#gathering.touch();
    return new NamedSecrets({
      ingresses,
      chosen: () => this.#ingressesOf(cluster),
      classes,
      certificates,
      others,
      secretsNamedIn,
      always,
      timers: this.#timers,
      onChange,
    });
  }

  /** A watch that ends and begins again is no news for those who translate. */
  #hear(status: ListWatchStatus): void {
    const told = JSON.stringify([status.synced, clusterProblem(status, this.#options.namespace)]);
    if (this.#told.get(status.name) !== told) {
      this.#told.set(status.name, told);
      this.#gathering.touch();
    }
    this.#options.onStatus?.(status);
  }

  #load(cluster: FollowedCluster, named: NamedSecrets): Loaded {
    const { classes, services, slices, certificates, secrets, configMaps } = cluster;
    const parts = [classes, services, slices, certificates, secrets, configMaps];
    const loaded = named.load();
    return {
      resources: {
        ingresses: this.#ingressesOf(cluster),
        ingressClasses: classes.resources as ResourceSet["ingressClasses"],
        services: services.resources as ResourceSet["services"],
        endpointSlices: slices.resources as ResourceSet["endpointSlices"],
        // The cluster mirrors them into EndpointSlices.
        endpoints: NONE,
        secrets: loaded.secrets,
        configMaps: configMaps.resources as ResourceSet["configMaps"],
      },
      diagnostics: [
        ...this.statuses.flatMap((status) => clusterProblem(status, this.#options.namespace) ?? []),
        ...unreadIngresses(cluster),
        ...parts.flatMap(({ diagnostics }) => diagnostics),
        ...loaded.diagnostics,
      ],
    };
  }

  #ingressesOf({ ingresses, selected }: FollowedCluster): ResourceSet["ingresses"] {
    const all = ingresses.resources as ResourceSet["ingresses"];
    if (selected === null) return all;
    return this.#selected.of([all, selected.names], () =>
      all.filter(({ metadata }) => selected.names.has(metadata.namespace)),
    );
  }
}

/** Those of namespaces that are not looked at are nobody's business of ours. */
function unreadIngresses({ ingresses, selected }: FollowedCluster): readonly Diagnostic[] {
  return ingresses.diagnostics.filter(({ object }) => selected === null || selected.names.has(object.namespace));
}
