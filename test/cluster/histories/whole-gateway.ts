import { decide, type Known } from "../../../src/control-plane/admission/admission.ts";
import { answerReview, readReview } from "../../../src/control-plane/admission/admission-review.ts";
import { Surroundings } from "../../../src/control-plane/admission/surroundings.ts";
import { ControlPlane, type Published } from "../../../src/control-plane/control-plane.ts";
import { ClusterSource } from "../../../src/control-plane/sources/cluster.ts";
import type { Loaded, ResourceSource } from "../../../src/control-plane/sources/sources.ts";
import { ClusterStatus } from "../../../src/control-plane/status/status.ts";
import type { TranslateOptions } from "../../../src/control-plane/translate/options.ts";
import { ReferencedSecrets } from "../../../src/control-plane/translate/referenced-secrets.ts";
import { emptySnapshot } from "../../../src/snapshot/seal.ts";
import { OURS } from "./expected.ts";
import { HandedWorker } from "./handed-worker.ts";
import type { Said } from "./loads.ts";
import type { TroubledCluster } from "./troubled-cluster.ts";
import { CONFIG_MAPS, SELECTOR } from "./truth.ts";

export const TRANSLATE: TranslateOptions = {
  ingressClasses: [OURS.ingressClass],
  serveWithoutClass: false,
  maps: [],
  allowLoopbackNames: false,
  configMap: OURS.settings,
  defaultCertificate: OURS.certificate,
  defaultBackend: OURS.backend,
  streams: { tcp: "default/z", byName: false, reserved: [] },
};

/** Where the addresses for the status of Ingresses come from. */
export const FRONT = { namespace: "default", name: "front" };

/** A gateway as `ts-ingress controller` wires one, without its sockets: what follows a cluster, makes snapshots, hands them to workers, and tells. */
export class WholeGateway {
  readonly loads: Said[] = [];
  /** All that was published, first to last. */
  readonly published: Published[] = [];
  readonly errors: string[] = [];
  workers: HandedWorker[] = [];
  readonly #source: ClusterSource;
  readonly #control: ControlPlane;
  readonly #surroundings = new Surroundings();
  readonly #cluster: TroubledCluster;
  #status: ClusterStatus;
  #leaders = 0;

  constructor(cluster: TroubledCluster) {
    const { api, timers } = cluster;
    this.#cluster = cluster;
    const referenced = new ReferencedSecrets(TRANSLATE);
    this.#source = new ClusterSource({
      api,
      timers,
      random: () => 0,
      namespaceSelector: SELECTOR,
      configMaps: CONFIG_MAPS,
      secrets: [],
      secretsNamedIn: (set) => referenced.of(set),
    });
    this.#control = new ControlPlane({
      sources: [this.#heard(this.#source)],
      translate: TRANSLATE,
      timers,
      publish: (published) => this.#publish(published),
      onError: ({ message }) => this.errors.push(message),
    });
    this.#status = this.#lead();
    this.#control.start().catch(() => undefined);
  }

  get latest(): Published | undefined {
    return this.published.at(-1);
  }

  get loaded(): Loaded | undefined {
    return this.loads.at(-1)?.loaded;
  }

  /** Another worker begins, in the place of one or beside the others. */
  begin(place: number): void {
    this.workers[place]?.close();
    this.workers[place] = new HandedWorker(() => this.latest?.snapshot ?? emptySnapshot());
  }

  /** Another pod leads: it knows nothing of what the one before said. */
  async succeed(): Promise<void> {
    await this.#status.close();
    this.#status = this.#lead();
    if (this.latest !== undefined) this.#status.published(this.latest);
  }

  /** Whether it looks at a namespace, as far as it knows. */
  looksAt(namespace: string): boolean {
    return this.#source.looksAt(namespace);
  }

  /** Answers a review as the webhook does. @param object an Ingress as it would be stored */
  review(object: object, oldObject: object | null): unknown {
    const { latest } = this;
    const looksAt = (namespace: string): boolean => this.#source.looksAt(namespace);
    const known: Known | null =
      latest === undefined ? null : { resources: latest.resources, translate: TRANSLATE, looksAt };
    const request = {
      uid: "1",
      kind: { group: "networking.k8s.io", version: "v1", kind: "Ingress" },
      operation: oldObject === null ? "CREATE" : "UPDATE",
      object,
      oldObject,
    };
    const asked = readReview({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
    if (asked === null) throw new Error("a review is none");
    return (answerReview(asked.uid, decide(asked, known, this.#surroundings)) as { response: unknown }).response;
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.close();
    await Promise.all([this.#status.close(), this.#control.close()]);
  }

  #heard(source: ResourceSource): ResourceSource {
    const { loads } = this;
    const { timers } = this.#cluster;
    return {
      name: source.name,
      async *watch(signal) {
        for await (const loaded of source.watch(signal)) {
          loads.push({ at: timers.now(), loaded });
          yield loaded;
        }
      },
    };
  }

  #publish(published: Published): void {
    const before = this.latest;
    this.published.push(published);
    if (before?.snapshot.revision !== published.snapshot.revision)
      for (const worker of this.workers) worker.send(published.snapshot);
    this.#status.published(published);
  }

  #lead(): ClusterStatus {
    const { api, timers } = this.#cluster;
    this.#leaders += 1;
    const status = new ClusterStatus({
      api,
      timers,
      random: () => 0,
      identity: `pod-${this.#leaders}`,
      election: null,
      addresses: { fixed: null, service: FRONT, pods: null, internal: false },
      syncEvents: true,
      clearAtEnd: null,
      onProblem: () => undefined,
      onLeads: () => undefined,
    });
    status.start();
    return status;
  }
}
