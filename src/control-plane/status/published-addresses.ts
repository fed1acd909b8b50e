import type { ApiServer } from "../kubernetes/api-server.ts";
import { ListWatch } from "../kubernetes/list-watch.ts";
import { pause, type Timers } from "../timers.ts";
import type { ControllerPods } from "./controller-pods.ts";
import { type Address, addressesOfService, inOrder, type PublishedService } from "./load-balancer.ts";

/** Where clients reach us, by the first of these that is given; null: nobody knows. */
export interface AddressSource {
  /** `--publish-status-address` */
  readonly fixed: readonly string[] | null;
  /** `--publish-service`: the Service in front of us. */
  readonly service: { readonly namespace: string; readonly name: string } | null;
  /** The nodes our pods run on. */
  readonly pods: ControllerPods | null;
  /** `--report-node-internal-ip-address` */
  readonly internal: boolean;
}

export interface PublishedAddressesOptions extends AddressSource {
  readonly api: ApiServer;
  readonly timers: Timers;
  readonly random: () => number;
  /** Called with the addresses at first and whenever they have changed. */
  readonly onChange: (addresses: readonly Address[]) => void;
  readonly onProblem: (problem: Error | null) => void;
}

/** How often nodes are looked at again, in milliseconds, as ingress-nginx does. */
const NODES = 60_000;

/** Follows where clients reach us. */
export class PublishedAddresses {
  readonly #options: PublishedAddressesOptions;
  readonly #stop = new AbortController();
  #watch: ListWatch<PublishedService> | null = null;
  #looking: Promise<void> | null = null;

  constructor(options: PublishedAddressesOptions) {
    this.#options = options;
  }

  start(): void {
    const { fixed, service, pods } = this.#options;
    if (fixed !== null) this.#options.onChange(inOrder(fixed));
    else if (service !== null) this.#follow(service);
    else if (pods !== null) this.#looking ??= this.#look(pods);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#watch?.close(), this.#looking]);
  }

  #follow({ namespace, name }: { readonly namespace: string; readonly name: string }): void {
    const { api, timers, random, onChange, onProblem } = this.#options;
    const watch = new ListWatch<PublishedService>({
      api,
      name: `the published Service ${namespace}/${name}`,
      path: `/api/v1/namespaces/${namespace}/services`,
      query: { fieldSelector: `metadata.name=${name}` },
      read: (object) => ({ spec: object["spec"], status: object["status"] }) as PublishedService,
      timers,
      random,
      hold: 0,
      streaming: true,
      onChange: () => {
        const service = watch.get(namespace, name);
        onProblem(service === undefined ? noService(namespace, name) : null);
        // A Service that is not there says nothing about where we are reached: what was published stays.
        if (service !== undefined) onChange(addressesOfService(service));
      },
      onStatus: ({ problem }) => {
        if (problem !== null) onProblem(new Error(problem.message));
      },
    });
    this.#watch = watch;
    watch.start();
  }

  async #look(pods: ControllerPods): Promise<void> {
    const { internal, timers, onChange, onProblem } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        onChange(inOrder(await pods.nodeAddresses(internal, signal)));
        onProblem(null);
      } catch (error) {
        if (signal.aborted) return;
        onProblem(error instanceof Error ? error : new Error(String(error)));
      }
      await pause(timers, NODES, signal);
    }
  }
}

function noService(namespace: string, name: string): Error {
  return new Error(
    `there is no Service ${namespace}/${name}, which --publish-service names: the status of Ingresses stays as it is`,
  );
}
