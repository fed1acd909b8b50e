import { expect, test } from "vitest";
import { ControllerPods } from "../../../src/control-plane/status/controller-pods.ts";
import { clientOf } from "../../cluster/contracts/cluster-under-test.ts";
import { Bed, FIXED, NO_SERVICE } from "./status-bed.ts";

test("our Ingresses say where they are reached, others are left alone", async () => {
  const bed = await Bed.open("web", "api", "other");
  bed.tell(bed.status(), ["default/web", "default/api"]);
  await bed.passUntil("both", () => bed.reached("web") === "203.0.113.9" && bed.reached("api") === "203.0.113.9");
  expect(bed.reached("other")).toBe("");
  expect(
    bed.fake.seen.flatMap(({ verb, path }) => (verb === "patch" ? path.split("/").slice(-2).join("/") : [])).toSorted(),
  ).toEqual(["api/status", "web/status"]);
});

test("who comes while many wait does not wait behind them", async () => {
  const names = Array.from({ length: 120 }, (_, number) => `app-${number}`);
  const bed = await Bed.open(...names);
  const status = bed.status();
  const keys = names.map((name) => `default/${name}`);
  bed.tell(status, keys);
  await bed.passUntil("some", () => bed.fake.count("ingresses", "patch") >= 10);
  bed.fake.put("ingresses", { metadata: { name: "new" }, spec: {} });
  bed.tell(status, [...keys, "default/new"]);
  await bed.passUntil("the new one", () => bed.reached("new") !== "");
  expect(names.filter((name) => bed.reached(name) === "").length).toBeGreaterThan(0);
});

test("what somebody else writes there is corrected", async () => {
  const bed = await Bed.open("web");
  bed.tell(bed.status(), ["default/web"]);
  await bed.passUntil("the status", () => bed.reached("web") === "203.0.113.9");
  bed.fake.put("ingresses", { metadata: { name: "web" }, spec: {} });
  const api = clientOf({ url: bed.fake.url, credentials: {} });
  await api.request("PATCH", "/apis/networking.k8s.io/v1/namespaces/default/ingresses/web/status", {
    body: { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } },
    contentType: "application/merge-patch+json",
  });
  await bed.passUntil("the status again", () => bed.reached("web") === "203.0.113.9");
});

test("the address of the Service in front of us is followed", async () => {
  const bed = await Bed.open("web");
  const service = { namespace: "default", name: "front" };
  bed.tell(bed.status({ addresses: { ...FIXED, fixed: null, service } }), ["default/web"]);
  await bed.problem("there is no Service default/front, which --publish-service names");
  const front = (ip: string): void => {
    bed.put("services", "front", { spec: { type: "LoadBalancer" }, status: { loadBalancer: { ingress: [{ ip }] } } });
  };
  front("198.51.100.1");
  await bed.passUntil("the first address", () => bed.reached("web") === "198.51.100.1");
  expect(bed.problems.at(-1)).toBe("published addresses: well");
  front("198.51.100.2");
  await bed.passUntil("the second address", () => bed.reached("web") === "198.51.100.2");
  bed.fake.remove("services", "front");
  await bed.problem("there is no Service");
  expect(bed.reached("web")).toBe("198.51.100.2");
});

test("without a Service in front, the nodes of ready pods are told", async () => {
  const bed = await Bed.open("web");
  const pod = (name: string, nodeName: string, ready: string): void => {
    const labels = { app: "ts-ingress", "pod-template-hash": name };
    const status = { phase: "Running", conditions: [{ type: "Ready", status: ready }] };
    bed.put("pods", name, { labels, spec: { nodeName }, status });
  };
  const node = (name: string, addresses: object[]): void => bed.put("nodes", name, { status: { addresses } });
  node("n1", [
    { type: "InternalIP", address: "10.0.0.1" },
    { type: "ExternalIP", address: "198.51.100.1" },
  ]);
  node("n2", [{ type: "InternalIP", address: "10.0.0.2" }]);
  node("n3", [{ type: "InternalIP", address: "10.0.0.3" }]);
  pod("pod-1", "n1", "True");
  pod("pod-2", "n2", "True");
  pod("pod-3", "n3", "False");
  const pods = new ControllerPods(clientOf({ url: bed.fake.url, credentials: {} }), "default", "pod-1");
  bed.tell(bed.status({ addresses: { ...FIXED, fixed: null, pods } }), ["default/web"]);
  await bed.passUntil("the nodes", () => bed.reached("web") === "10.0.0.2 198.51.100.1");
});

test("a diagnostic is an Event on its object, said once, and counted by the next who says it", async () => {
  const bed = await Bed.open("web");
  const first = bed.status();
  bed.tell(first, ["default/web"], [NO_SERVICE]);
  await bed.passUntil("the Event", () => bed.events.length === 1);
  bed.tell(first, ["default/web"], [NO_SERVICE]);
  const { uid } = bed.ingress("web").metadata;
  expect(bed.events[0]).toMatchObject({
    type: "Warning",
    reason: "ServiceNotFound",
    message: "there is no Service default/web. Create it.",
    involvedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "default", name: "web", uid },
    source: { component: "ts-ingress", host: "pod-1" },
    count: 1,
  });
  await first.close();
  bed.tell(bed.status({ identity: "pod-2" }), ["default/web"], [NO_SERVICE]);
  await bed.passUntil("the second", () => bed.events[0]?.["count"] === 2);
  expect(bed.events).toHaveLength(1);
});

test("what still holds is said again before the API server forgets it", async () => {
  const bed = await Bed.open("web");
  bed.tell(bed.status(), ["default/web"], [NO_SERVICE]);
  await bed.passUntil("the Event", () => bed.events[0]?.["count"] === 1);
  bed.timers.advance(50 * 60_000);
  await bed.passUntil("it again", () => bed.events[0]?.["count"] === 2);
});

test("of an Ingress that is another's, nothing is said on it", async () => {
  const bed = await Bed.open("web", "other");
  const other = { ...NO_SERVICE, code: "IngressOfOtherClass", object: { ...NO_SERVICE.object, name: "other" } };
  bed.tell(bed.status(), ["default/web"], [other, NO_SERVICE]);
  await bed.passUntil("an Event", () => bed.events.length > 0 && bed.reached("web") !== "");
  expect(bed.events.map(({ involvedObject }) => (involvedObject as { name: string }).name)).toEqual(["web"]);
});

test("an Ingress that comes or changes has an Event Sync, one whose status is written has none", async () => {
  const bed = await Bed.open("web");
  const status = bed.status();
  bed.tell(status, ["default/web"]);
  await bed.passUntil("the status", () => bed.reached("web") !== "");
  bed.fake.put("ingresses", { metadata: { name: "new" }, spec: {} });
  bed.tell(status, ["default/web", "default/new"]);
  await bed.passUntil("the Event", () => bed.events.length === 1);
  await bed.passUntil("the status of the new one", () => bed.reached("new") !== "");
  expect(bed.events[0]).toMatchObject({ reason: "Sync", type: "Normal", involvedObject: { name: "new" } });
  bed.fake.put("ingresses", { metadata: { name: "web" }, spec: { ingressClassName: "ts-ingress" } });
  await bed.passUntil("the second", () => bed.events.length === 2);
  bed.fake.put("ingresses", { metadata: { name: "new", annotations: { a: "b" } }, spec: {} });
  await bed.passUntil("the same of the new one", () => bed.events.some(({ count }) => count === 2));
});

test("what is wrong is said before what happened to many", async () => {
  const bed = await Bed.open("web");
  const status = bed.status();
  bed.tell(status, ["default/web"]);
  await bed.passUntil("the status", () => bed.reached("web") !== "");
  const names = Array.from({ length: 40 }, (_, number) => `app-${number}`);
  for (const name of names) bed.fake.put("ingresses", { metadata: { name }, spec: {} });
  const ours = ["web", ...names].map((name) => `default/${name}`);
  bed.tell(status, ours);
  await bed.passUntil("some Events", () => bed.events.length >= 2);
  bed.tell(status, ours, [NO_SERVICE]);
  await bed.passUntil("the Warning", () => bed.events.some(({ type }) => type === "Warning"));
  expect(bed.events.length).toBeLessThan(names.length);
});

test("who does not lead writes nothing", async () => {
  const bed = await Bed.open("web");
  const spec = { holderIdentity: "pod-2", leaseDurationSeconds: 3600, renewTime: null };
  bed.fake.put("leases", { metadata: { name: "leader" }, spec });
  const status = bed.status({ election: { namespace: "default", name: "leader", ttl: 30_000 } });
  bed.tell(status, ["default/web"], [NO_SERVICE]);
  await bed.passUntil("three looks", () => bed.fake.count("leases", "get") >= 3);
  expect(status.leads).toBe(false);
  expect(bed.fake.seen.filter(({ verb }) => verb === "patch" || verb === "create")).toEqual([]);
});

test("status writing that is not wanted is not done; Events are", async () => {
  const bed = await Bed.open("web");
  bed.tell(bed.status({ addresses: null }), ["default/web"], [NO_SERVICE]);
  await bed.passUntil("the Event", () => bed.events.length === 1);
  expect(bed.reached("web")).toBe("");
});

test.each([
  ["is cleared by the last pod", "Succeeded", ""],
  ["stays while another pod runs", "Running", "203.0.113.9"],
])("at the end the status %s", async (_, phase, reached) => {
  const bed = await Bed.open("web");
  for (const [name, status] of [
    ["pod-1", { phase: "Running" }],
    ["pod-2", { phase }],
  ] as const) {
    bed.put("pods", name, { labels: { app: "ts-ingress" }, status });
  }
  const clearAtEnd = new ControllerPods(clientOf({ url: bed.fake.url, credentials: {} }), "default", "pod-1");
  const status = bed.status({ clearAtEnd });
  bed.tell(status, ["default/web"]);
  await bed.passUntil("the status", () => bed.reached("web") === "203.0.113.9");
  await status.close();
  expect(bed.reached("web")).toBe(reached);
});

test("rights that are missing are told, once", async () => {
  const bed = await Bed.open("web");
  bed.fake.fault({ resource: "events", verb: "create", times: Infinity, fault: { status: 403, reason: "Forbidden" } });
  bed.fake.fault({
    resource: "ingresses",
    verb: "patch",
    times: Infinity,
    fault: { status: 403, reason: "Forbidden" },
  });
  bed.tell(bed.status(), ["default/web"], [NO_SERVICE, { ...NO_SERVICE, code: "Another" }]);
  await bed.passUntil("both", () => bed.fake.count("events", "create") === 2 && bed.problems.length === 2);
  expect(bed.problems.toSorted()).toEqual([
    "Events: Events are not written: the test answers 403",
    "status of Ingresses: the status of Ingress default/web is not written: the test answers 403",
  ]);
});

test("what could not be written is written a little later, though nothing changes", async () => {
  const bed = await Bed.open("web");
  bed.fake.fault({ resource: "ingresses", verb: "patch", times: 2, fault: { status: 500 } });
  bed.fake.fault({ resource: "events", verb: "create", times: 2, fault: "reset" });
  bed.tell(bed.status(), ["default/web"], [NO_SERVICE]);
  await bed.passUntil("the status", () => bed.reached("web") === "203.0.113.9");
  await bed.passUntil("the Event", () => bed.events.length === 1);
});
