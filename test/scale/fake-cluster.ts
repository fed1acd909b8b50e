import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import type { Draft } from "../cluster/fake/object.ts";
import { objectsOf, type Place } from "./api-objects.ts";
import type { Size } from "./made-cluster.ts";
import type { MeasuredCluster } from "./measured-cluster.ts";

/** The cluster in a fake API server, in this process. The controller writes no statuses. */
export class FakeCluster implements MeasuredCluster {
  readonly place: Place;
  readonly flags: Readonly<Record<string, string>>;
  readonly pod = { namespace: "default", name: "scale" };
  readonly atOnce = Infinity;
  readonly #api: FakeApiServer;

  /** @param port of all endpoints */
  static async start(size: Size, port: number): Promise<FakeCluster> {
    const cluster = new FakeCluster(await new FakeApiServer().start(), port);
    for (const { resource, draft } of await objectsOf(size, cluster.place)) cluster.#api.put(resource, draft);
    return cluster;
  }

  private constructor(api: FakeApiServer, port: number) {
    this.#api = api;
    this.place = { port, network: "127" };
    this.flags = { "apiserver-host": api.url, "update-status": "false" };
  }

  replace(resource: string, draft: Draft): Promise<void> {
    this.#api.put(resource, draft);
    return Promise.resolve();
  }

  used(): Readonly<Record<string, number>> {
    return {};
  }

  close(): Promise<void> {
    return this.#api.stop();
  }
}
