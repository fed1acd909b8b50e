// What is told to the cluster about what we serve.
// In: what was published, with the Ingresses that are ours. Out: their status.loadBalancer, and Events for every diagnostic; by the leader alone.
// Never: anything a request waits for; without leader, API server or rights requests are served as before.
import type { ApiServer } from "../kubernetes/api-server.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { Timers } from "../timers.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import type { ControllerPods } from "./controller-pods.ts";
import { Election, type ElectionOptions } from "./election.ts";
import { EventRecorder } from "./event-recorder.ts";
import { IngressStatus, type StatusOfIngress } from "./ingress-status.ts";
import type { Address } from "./load-balancer.ts";
import { type AddressSource, PublishedAddresses } from "./published-addresses.ts";
import { sayingsOf } from "./sayings.ts";

/** What the status is made of. */
export interface Told {
  readonly diagnostics: readonly Diagnostic[];
  readonly resources: ResourceSet;
  /** "namespace/name" of the Ingresses that are ours, also of those that are not served for some reason. */
  readonly ours: readonly string[];
}

export interface ClusterStatusOptions {
  readonly api: ApiServer;
  readonly timers: Timers;
  readonly random: () => number;
  /** Who we are: the name of the pod. */
  readonly identity: string;
  /** Null: no election, we always lead (`--disable-leader-election`). */
  readonly election: Pick<ElectionOptions, "namespace" | "name" | "ttl"> | null;
  /** Null: the status of Ingresses is left alone (`--update-status=false`). */
  readonly addresses: AddressSource | null;
  /** Whether each Ingress that is taken or changed gets an Event (`--disable-sync-events`). */
  readonly syncEvents: boolean;
  /** `--update-status-on-shutdown`, for which the other pods must be known. */
  readonly clearAtEnd: ControllerPods | null;
  /** The one namespace that is watched; absent: all. */
  readonly namespace?: string | undefined;
  /** Called with what goes wrong, once for each thing, and with what is well again. */
  readonly onProblem: (what: string, problem: Error | null) => void;
  readonly onLeads: (leads: boolean) => void;
}

/** Milliseconds that taking back statuses may take at the end. */
const LAST = 10_000;
/** Milliseconds in which snapshots are gathered: what is told of them is not urgent, and each is gone through whole. */
const GATHERED = 1000;
const COMPONENT = "ts-ingress";

/** Tells the cluster what becomes of its Ingresses, while we lead. */
export class ClusterStatus {
  readonly #options: ClusterStatusOptions;
  readonly #election: Election | null;
  #leading: Leading | null = null;
  #ending: Promise<void> = Promise.resolve();
  #told: Told | null = null;

  constructor(options: ClusterStatusOptions) {
    this.#options = options;
    const { api, timers, identity, election, onProblem } = options;
    this.#election =
      election === null
        ? null
        : new Election({
            ...election,
            api,
            timers,
            identity,
            onChange: (leads) => this.#lead(leads),
            onProblem: (problem) => onProblem("leader election", problem),
          });
  }

  get leads(): boolean {
    return this.#leading !== null;
  }

  start(): void {
    if (this.#election === null) this.#lead(true);
    else this.#election.start();
  }

  /** What is served from now on. */
  published(told: Told): void {
    this.#told = told;
    this.#leading?.tell(told);
  }

  /** Takes statuses back where we lead and no other pod of ours runs, and gives leadership up. Never rejects. */
  async close(): Promise<void> {
    const { clearAtEnd } = this.#options;
    if (this.#leading !== null && clearAtEnd !== null) await this.#leading.clear(clearAtEnd, AbortSignal.timeout(LAST));
    this.#lead(false);
    await Promise.all([this.#ending, this.#election?.close()]);
  }

  #lead(leads: boolean): void {
    if (leads === this.leads) return;
    if (leads) {
      this.#leading = new Leading(this.#options);
      if (this.#told !== null) this.#leading.tell(this.#told);
    } else if (this.#leading !== null) {
      this.#ending = this.#leading.close();
      this.#leading = null;
    }
    this.#options.onLeads(leads);
  }
}

/** What runs from when we begin to lead until we lead no more. */
class Leading {
  readonly #events: EventRecorder;
  readonly #addresses: PublishedAddresses | null = null;
  readonly #status: IngressStatus;
  readonly #writesStatus: boolean;
  readonly #timers: Timers;
  #due: (() => void) | null = null;
  #told: Told | null = null;
  #ours: ReadonlySet<string> = new Set();
  #reached: readonly Address[] | null = null;

  constructor(options: ClusterStatusOptions) {
    const { api, timers, random, identity, addresses, syncEvents, namespace, onProblem } = options;
    this.#timers = timers;
    this.#writesStatus = addresses !== null;
    this.#events = new EventRecorder({
      api,
      timers,
      random,
      component: COMPONENT,
      instance: identity,
      onProblem: (problem) => onProblem("Events", problem),
    });
    this.#status = new IngressStatus({
      api,
      timers,
      random,
      namespace,
      onChanged: (ingress) => syncEvents && this.#changed(ingress),
      onProblem: (problem) => onProblem("status of Ingresses", problem),
    });
    if (addresses === null) return;
    this.#addresses = new PublishedAddresses({
      ...addresses,
      api,
      timers,
      random,
      onChange: (reached) => {
        this.#reached = reached;
        this.#update();
      },
      onProblem: (problem) => onProblem("published addresses", problem),
    });
    this.#addresses.start();
  }

  tell(told: Told): void {
    if (told.ours !== this.#told?.ours) this.#ours = new Set(told.ours);
    this.#told = told;
    this.#due ??= this.#timers.after(GATHERED, () => {
      this.#due = null;
      if (this.#told !== null) this.#events.hold(sayingsOf(this.#told.diagnostics, this.#told.resources));
      this.#update();
    });
  }

  /** Rejects never; says nothing when the API server does not tell whether others run. */
  async clear(pods: ControllerPods, signal: AbortSignal): Promise<void> {
    if (!this.#writesStatus) return;
    const others = await pods.othersRun(signal).catch(() => true);
    if (!others) await this.#status.clear(signal);
  }

  async close(): Promise<void> {
    this.#due?.();
    await Promise.all([this.#events.close(), this.#status.close(), this.#addresses?.close()]);
  }

  #update(): void {
    if (this.#told !== null) this.#status.update(this.#ours, this.#writesStatus ? this.#reached : null);
  }

  /** As ingress-nginx says it, whose users wait for this Event. */
  #changed({ namespace, name, uid }: StatusOfIngress): void {
    if (!this.#ours.has(`${namespace}/${name}`)) return;
    const about = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace, name, uid };
    this.#events.say({ about, type: "Normal", reason: "Sync", message: "Scheduled for sync" });
  }
}
