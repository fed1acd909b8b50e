import { describe, expect, onTestFinished, test } from "vitest";
import type { ApiObject } from "../../../src/control-plane/kubernetes/api-object.ts";
import type { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { Follower, type FollowerOptions } from "../follower.ts";
import { clientOf, newNamespace, type ClusterUnderTest } from "./cluster-under-test.ts";

const MERGE = "application/merge-patch+json";

/** The list-watch on an API server without faults: what holds on the fake one has to hold on a real one. */
export function listWatchContract(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe.each([
    ["streaming lists", true],
    ["paged lists", false],
  ])(`following ${name} with %s`, (_what, streaming) => {
    interface Bed {
      readonly api: ApiServer;
      readonly namespace: string;
      readonly create: (
        plural: string,
        object: { readonly name: string; readonly [field: string]: unknown },
      ) => Promise<ApiObject>;
      readonly patch: (plural: string, name: string, body: object) => Promise<unknown>;
      readonly remove: (plural: string, name: string) => Promise<unknown>;
      readonly follow: (plural?: string, options?: FollowerOptions) => Follower;
    }

    async function bed(): Promise<Bed> {
      const api = clientOf(await open());
      const namespace = await newNamespace(api);
      const path = (plural: string): string =>
        plural === "ingresses"
          ? `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`
          : `/api/v1/namespaces/${namespace}/${plural}`;
      return {
        api,
        namespace,
        create: (plural, { name, ...rest }) =>
          api.request("POST", path(plural), { body: { metadata: { name }, ...rest } }),
        patch: (plural, name, body) => api.request("PATCH", `${path(plural)}/${name}`, { body, contentType: MERGE }),
        remove: (plural, name) => api.request("DELETE", `${path(plural)}/${name}`),
        follow(plural = "configmaps", options = {}) {
          const follower = new Follower(api, { path: path(plural), streaming, random: Math.random, ...options });
          onTestFinished(() => follower.close());
          return follower;
        },
      };
    }

    const labelled = { fieldSelector: "metadata.name!=kube-root-ca.crt" };

    test("what is there is listed, and every change is seen", async () => {
      const { create, patch, remove, follow } = await bed();
      await create("configmaps", { name: "a", data: { v: "1" } });
      await create("configmaps", { name: "b", data: { v: "1" } });
      const follower = follow("configmaps", { query: labelled });
      await follower.shows("a=1 b=1");
      await patch("configmaps", "a", { data: { v: "2" } });
      await remove("configmaps", "b");
      await create("configmaps", { name: "c", data: { v: "1" } });
      await follower.shows("a=2 c=1");
      expect(follower.watch.status).toMatchObject({ phase: "watching", problem: null, failures: 0, lists: 1 });
    });

    test("an empty collection is known to be empty", async () => {
      const { create, follow } = await bed();
      const follower = follow("secrets", { query: { fieldSelector: "type=example.com/none" } });
      await follower.until("the list", () => follower.watch.status.synced);
      await create("secrets", { name: "a", type: "example.com/none", data: {} });
      await follower.shows("a=");
    });

    test("a long list is whole, and each of its objects is read once", async () => {
      const { create, follow } = await bed();
      const names = Array.from({ length: 520 }, (_, index) => `c${index}`);
      for (let at = 0; at < names.length; at += 50) {
        await Promise.all(names.slice(at, at + 50).map((name) => create("configmaps", { name, data: { v: "1" } })));
      }
      const follower = follow("configmaps", { query: labelled });
      await follower.until("the list", () => follower.watch.status.synced);
      expect(follower.watch.status.objects).toBe(520);
      expect(follower.reads).toBe(520);
      expect(follower.states.length).toBe(1);
    });

    test("Secrets of one type alone are seen, and one object by its name", async () => {
      const { create, follow } = await bed();
      const pair = { "tls.crt": "Zm9v", "tls.key": "YmFy" };
      await create("secrets", { name: "password", type: "Opaque", stringData: { v: "1" } });
      const tls = follow("secrets", { query: { fieldSelector: "type=kubernetes.io/tls" } });
      const named = follow("secrets", { query: { fieldSelector: "metadata.name=password" } });
      await tls.until("the list", () => tls.watch.status.synced);
      await named.until("the list", () => named.watch.status.synced);
      await create("secrets", { name: "other", type: "Opaque", stringData: { v: "1" } });
      await create("secrets", { name: "web", type: "kubernetes.io/tls", data: pair });
      await tls.shows("web=");
      expect(named.watch.values().map(({ key, data }) => [key.split("/")[1], data])).toEqual([
        ["password", { v: "MQ==" }],
      ]);
    });

    test("an object that was made again is another one", async () => {
      const { create, remove, follow } = await bed();
      const first = await create("configmaps", { name: "a", data: { v: "1" } });
      const follower = follow("configmaps", { query: labelled });
      await follower.shows("a=1");
      await remove("configmaps", "a");
      const second = await create("configmaps", { name: "a", data: { v: "1" } });
      await follower.until("the new one", () => follower.watch.values()[0]?.uid === second.metadata.uid);
      expect(second.metadata.uid).not.toBe(first.metadata.uid);
    });

    test("an Ingress of which only the status changed stays the same", async () => {
      const { create, patch, follow } = await bed();
      const backend = { service: { name: "web", port: { number: 80 } } };
      await create("ingresses", { name: "a", spec: { defaultBackend: backend } });
      const follower = follow("ingresses");
      await follower.shows("a=");
      const [before] = follower.watch.values();
      await patch("ingresses", "a/status", { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } });
      await create("ingresses", { name: "b", spec: { defaultBackend: backend } });
      await follower.shows("a= b=");
      expect(follower.watch.values()).toContain(before);
      expect(follower.watch.status.events).toBe(2);
    });
  });
}
