// The cluster in a real kube-apiserver with its etcd, which the controller follows with the rights that it has when it is deployed.
// In: KUBEBUILDER_ASSETS, and a network in which 10.0.0.0/8 leads to this machine (own-network.ts). Out: the same as of the fake one.
// Never: a controller of Kubernetes: what they would write is written here.
import type { Draft } from "../cluster/fake/object.ts";
import { NAMESPACE, rights } from "../cluster/end-to-end/rights.ts";
import { RealApiServer } from "../cluster/real/real-api-server.ts";
import { objectsOf, type Place } from "./api-objects.ts";
import { ApiWriter } from "./api-writer.ts";
import { type Figure, count, duration } from "./figures.ts";
import type { Size } from "./made-cluster.ts";
import type { MeasuredCluster } from "./measured-cluster.ts";
import { programsBelow } from "./process-memory.ts";
import { WrittenStatuses } from "./written-statuses.ts";

/** Requests under way at once: while objects are made, and while they change. */
const CREATING = 24;
const CHANGING = 8;
/** Milliseconds. */
const LIMIT = 600_000;
const ADDRESS = "203.0.113.9";

export class RealCluster implements MeasuredCluster {
  readonly place: Place;
  readonly flags: Readonly<Record<string, string>>;
  readonly pod = { namespace: NAMESPACE, name: "scale" };
  readonly atOnce = CHANGING;
  readonly statuses: WrittenStatuses;
  /** What it took to put everything in. */
  readonly loaded: Figure;
  readonly #server: RealApiServer;
  readonly #writer: ApiWriter;

  /** @param port of all endpoints */
  static async start(size: Size, port: number, say: (line: string) => void): Promise<RealCluster> {
    const place: Place = { port, network: "10" };
    say("starting kube-apiserver and etcd");
    const server = await RealApiServer.start();
    const writer = new ApiWriter(server.admin, CREATING);
    try {
      const kubeconfig = await rights(server);
      const objects = await objectsOf(size, place);
      say(`creating ${count(objects.length)} objects`);
      const began = performance.now();
      await writer.createAll(objects, LIMIT, say);
      const took = performance.now() - began;
      const figure = `${count(objects.length)} in ${duration(took)}`;
      say(`created ${figure}`);
      const loaded = { what: "objects created", figure, values: { objects: objects.length, seconds: took / 1000 } };
      return new RealCluster({ server, writer, place, kubeconfig, loaded, size });
    } catch (error) {
      writer.close();
      await server.close();
      throw error;
    }
  }

  private constructor(made: {
    readonly server: RealApiServer;
    readonly writer: ApiWriter;
    readonly place: Place;
    readonly kubeconfig: string;
    readonly loaded: Figure;
    readonly size: Size;
  }) {
    this.#server = made.server;
    this.#writer = made.writer;
    this.place = made.place;
    this.loaded = made.loaded;
    this.flags = { kubeconfig: made.kubeconfig, "publish-status-address": ADDRESS };
    this.statuses = new WrittenStatuses(made.writer, made.size.ingresses);
  }

  replace(resource: string, draft: Draft): Promise<void> {
    return this.#writer.replace(resource, draft);
  }

  used(): Readonly<Record<string, number>> {
    const programs = programsBelow(process.pid);
    const of = (name: string): number => programs.find((one) => one.name === name)?.processor ?? 0;
    return { "kube-apiserver": of("kube-apiserver"), etcd: of("etcd") };
  }

  async close(): Promise<void> {
    this.#writer.close();
    await this.#server.close();
  }
}
