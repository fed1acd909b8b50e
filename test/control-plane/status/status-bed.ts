import { onTestFinished } from "vitest";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { ClusterStatus, type ClusterStatusOptions } from "../../../src/control-plane/status/status.ts";
import type { Diagnostic } from "../../../src/control-plane/translate/diagnostic.ts";
import { clientOf } from "../../cluster/contracts/cluster-under-test.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { Waiting } from "../../support/waiting.ts";

export const FIXED = { fixed: ["203.0.113.9"], service: null, pods: null, internal: false };
export const NO_SERVICE: Diagnostic = {
  severity: "error",
  code: "ServiceNotFound",
  scope: "reference",
  object: { kind: "Ingress", namespace: "default", name: "web" },
  message: "there is no Service default/web",
  remedy: "Create it",
};

interface Stored {
  readonly metadata: { readonly name: string; readonly uid: string; readonly generation?: number };
  readonly [field: string]: unknown;
}

/** The status of a fake cluster, by timers that a test moves. */
export class Bed {
  readonly fake: FakeApiServer;
  readonly timers = new ManualTimers();
  readonly problems: string[] = [];
  readonly #waiting = new Waiting();

  constructor(fake: FakeApiServer) {
    this.fake = fake;
  }

  static async open(...names: string[]): Promise<Bed> {
    const fake = await new FakeApiServer().start();
    onTestFinished(() => fake.stop());
    for (const name of names) fake.put("ingresses", { metadata: { name }, spec: {} });
    return new Bed(fake);
  }

  status(options: Partial<ClusterStatusOptions> = {}): ClusterStatus {
    const api = clientOf({ url: this.fake.url, credentials: {} });
    const status = new ClusterStatus({
      syncEvents: true,
      api,
      timers: this.timers,
      random: () => 0,
      identity: "pod-1",
      election: null,
      addresses: FIXED,
      clearAtEnd: null,
      onProblem: (what, problem) => {
        this.problems.push(`${what}: ${problem?.message ?? "well"}`);
        this.#waiting.changed();
      },
      onLeads: () => {},
      ...options,
    });
    onTestFinished(() => status.close());
    status.start();
    return status;
  }

  tell(status: ClusterStatus, ours: readonly string[], diagnostics: readonly Diagnostic[] = []): void {
    const ingresses = ours.map((key) => {
      const [namespace = "", name = ""] = key.split("/");
      const { uid } = this.#ingress(name).metadata;
      const metadata = { name, namespace, uid, creationTimestamp: null, annotations: {}, labels: {} };
      return { kind: "Ingress" as const, metadata, spec: { rules: [], tls: [] } };
    });
    status.published({ ours, diagnostics, resources: resourceSet(ingresses) });
  }

  /** Lets time pass, a little at a time, until something holds of what is stored. */
  async passUntil(what: string, ready: () => boolean): Promise<void> {
    const reached = this.fake.until(what, ready).then(() => "reached");
    for (;;) {
      this.timers.advance(100);
      const turn = new Promise((resolve) => setImmediate(resolve));
      if ((await Promise.race([reached, turn])) === "reached") return;
    }
  }

  /** Writes an object with its status, which has a door of its own. */
  put(resource: string, name: string, object: { readonly status: unknown; readonly [field: string]: unknown }): void {
    const { labels, ...rest } = object;
    this.fake.put(resource, { metadata: { name, ...(labels === undefined ? {} : { labels }) }, ...rest });
    const namespace = resource === "nodes" ? "" : "default";
    this.fake.collection(resource).update(namespace, name, { metadata: { name }, status: object.status }, "status");
  }

  problem(text: string): Promise<void> {
    return this.#waiting.until(text, () => this.problems.some((one) => one.includes(text)));
  }

  /** What the status of an Ingress says: "203.0.113.9". */
  reached(name: string): string {
    const status = this.#ingress(name)["status"] as
      { loadBalancer?: { ingress?: Record<string, string>[] } } | undefined;
    return (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname).join(" ");
  }

  get events(): Stored[] {
    return this.fake.collection("events").list("default");
  }

  ingress(name: string): Stored {
    return this.#ingress(name);
  }

  #ingress(name: string): Stored {
    return this.fake.collection("ingresses").get("default", name);
  }
}
