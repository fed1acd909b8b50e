import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/control-plane/kubernetes/api-error.ts";
import type { ApiObject } from "../../../src/control-plane/kubernetes/api-object.ts";
import type { ApiServer, Method, RequestOptions } from "../../../src/control-plane/kubernetes/api-server.ts";
import { clientOf, newNamespace, type ClusterUnderTest } from "./cluster-under-test.ts";

const MERGE = "application/merge-patch+json";

/** What we count on when we write to an API server. It holds of real ones, and so has to of the fake one. */
export function apiContract(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe(`writing to ${name}`, () => {
    async function bed(): Promise<{ api: ApiServer; configMaps: string; ingresses: string; leases: string }> {
      const api = clientOf(await open());
      const namespace = await newNamespace(api);
      const below = (group: string, plural: string): string => `/${group}/namespaces/${namespace}/${plural}`;
      return {
        api,
        configMaps: below("api/v1", "configmaps"),
        ingresses: below("apis/networking.k8s.io/v1", "ingresses"),
        leases: below("apis/coordination.k8s.io/v1", "leases"),
      };
    }

    async function refusal(api: ApiServer, method: Method, path: string, options?: RequestOptions): Promise<string> {
      const error: unknown = await api.request(method, path, options).catch((caught: unknown) => caught);
      if (!(error instanceof ApiError)) throw new Error(`it went well: ${JSON.stringify(error)}`);
      return `${error.status} ${error.reason}`;
    }

    const configMap = (v: string): object => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
      data: { v },
    });

    test("what is there cannot be created, what is not there cannot be read, written or deleted", async () => {
      const { api, configMaps } = await bed();
      await api.request("POST", configMaps, { body: configMap("1") });
      expect(await refusal(api, "POST", configMaps, { body: configMap("1") })).toBe("409 AlreadyExists");
      await api.request("DELETE", `${configMaps}/a`);
      expect(await refusal(api, "GET", `${configMaps}/a`)).toBe("404 NotFound");
      expect(await refusal(api, "DELETE", `${configMaps}/a`)).toBe("404 NotFound");
      const patch = { body: { data: { v: "2" } }, contentType: MERGE };
      expect(await refusal(api, "PATCH", `${configMaps}/a`, patch)).toBe("404 NotFound");
    });

    test("an old version is not written over a newer one", async () => {
      const { api, leases } = await bed();
      const body = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "a" },
        spec: { holderIdentity: "one" },
      };
      const first = await api.request<ApiObject>("POST", leases, { body });
      const take = (from: ApiObject, holderIdentity: string): RequestOptions => ({
        body: { ...from, spec: { holderIdentity } },
      });
      const second = await api.request<ApiObject>("PUT", `${leases}/a`, take(first, "two"));
      expect(second.metadata.uid).toBe(first.metadata.uid);
      expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      expect(await refusal(api, "PUT", `${leases}/a`, take(first, "three"))).toBe("409 Conflict");
      const metadata = { resourceVersion: first.metadata.resourceVersion };
      const stale = { body: { metadata, spec: { holderIdentity: "three" } }, contentType: MERGE };
      expect(await refusal(api, "PATCH", `${leases}/a`, stale)).toBe("409 Conflict");
      expect((await api.request<ApiObject>("GET", `${leases}/a`))["spec"]).toMatchObject({ holderIdentity: "two" });
    });

    test("a merge patch changes what it names, and takes away what it names null", async () => {
      const { api, configMaps } = await bed();
      await api.request("POST", configMaps, { body: { ...configMap("1"), data: { v: "1", w: "1", x: "1" } } });
      const body = { data: { w: null, x: "2" }, metadata: { labels: { one: "two" } } };
      const patched = await api.request<ApiObject>("PATCH", `${configMaps}/a`, { body, contentType: MERGE });
      expect(patched["data"]).toEqual({ v: "1", x: "2" });
      expect(patched.metadata["labels"]).toEqual({ one: "two" });
    });

    test("what changes nothing makes no version", async () => {
      const { api, configMaps } = await bed();
      const first = await api.request<ApiObject>("POST", configMaps, { body: configMap("1") });
      const body = { data: { v: "1" } };
      const same = await api.request<ApiObject>("PATCH", `${configMaps}/a`, { body, contentType: MERGE });
      expect(same.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    test("status has a door of its own, and does not make a generation", async () => {
      const { api, ingresses } = await bed();
      const backend = { service: { name: "web", port: { number: 80 } } };
      const body = {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "a" },
        spec: { defaultBackend: backend },
        status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
      };
      const created = await api.request<ApiObject>("POST", ingresses, { body });
      expect(created["status"] ?? {}).not.toHaveProperty("loadBalancer.ingress");
      const status = { loadBalancer: { ingress: [{ ip: "192.0.2.2" }] } };
      const options = { body: { status, spec: { defaultBackend: null } }, contentType: MERGE };
      const patched = await api.request<ApiObject>("PATCH", `${ingresses}/a/status`, options);
      expect(patched["status"]).toMatchObject(status);
      expect(patched["spec"]).toMatchObject({ defaultBackend: backend });
      expect(patched.metadata["generation"]).toBe(created.metadata["generation"]);
      const other = { service: { name: "web", port: { number: 81 } } };
      const spec = { body: { spec: { defaultBackend: other }, status: null }, contentType: MERGE };
      const changed = await api.request<ApiObject>("PATCH", `${ingresses}/a`, spec);
      expect(changed["status"]).toMatchObject(status);
      expect(changed.metadata["generation"]).toBe(Number(created.metadata["generation"]) + 1);
    });

    test("Events are created under a made-up name", async () => {
      const { api, configMaps } = await bed();
      const namespace = configMaps.split("/")[4] ?? "";
      const body = {
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        metadata: { generateName: "web-", namespace },
        eventTime: "2026-01-01T00:00:00.000000Z",
        reportingController: "ts-ingress.io/controller",
        reportingInstance: "test",
        action: "Sync",
        reason: "Sync",
        type: "Normal",
        regarding: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace, name: "web" },
      };
      const events = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
      const made = await api.request<ApiObject>("POST", events, { body });
      expect(made.metadata.name).toMatch(/^web-.+/);
      // What is made up has to be a name by itself, up to a hyphen at its end.
      const dotted = { body: { ...body, metadata: { generateName: "web.", namespace } } };
      expect(await refusal(api, "POST", events, dotted)).toBe("422 Invalid");
    });
  });
}
