import { describe, expect, test } from "vitest";
import { backend, ingress, nginx, path, service, slice, translated } from "../../support/resources.ts";

const HOST = "shop.example.com";
const READY = [
  service("errors", { ports: [80, 81].map((port) => ({ port, protocol: "TCP" })) }),
  slice("errors", ["10.0.0.9"]),
];
const EMPTY = service("web");

function asking(annotations: Record<string, string> = {}, to = "web:80") {
  const rules = [{ host: HOST, paths: [path("/", to)] }];
  return ingress("in", { rules }, nginx({ "default-backend": "errors", ...annotations }));
}

/** What becomes of the first route, and what is said. */
function outcome(objects: Parameters<typeof translated>[0], options: Parameters<typeof translated>[1] = {}) {
  const { fragment, diagnostics } = translated(objects, options);
  const { defaultRoute, routes } = fragment.virtualHosts[0] ?? { routes: [] };
  const route = routes[0] ?? defaultRoute;
  return {
    to: route?.action.kind === "forward" ? route.action.upstream : route?.action.kind,
    insteadOf: route?.action.kind === "forward" ? route.action.insteadOf : undefined,
    told: route?.middleware.find(({ use }) => use === "default-backend")?.options,
    upstreams: fragment.upstreams.map(({ name }) => name),
    said: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

describe("the default backend of an Ingress", () => {
  test("serves by its first port what its Service without endpoints cannot, and is told what for", () => {
    expect(outcome([asking(), EMPTY, ...READY])).toEqual({
      to: "default/errors:80",
      insteadOf: expect.stringContaining("Service default/web has no endpoints for port 80"),
      told: { code: 503, namespace: "default", ingress: "in", service: "web", port: "80" },
      upstreams: ["default/errors:80"],
      said: ["info DefaultBackendServes", "warning ServiceWithoutEndpoints"],
    });
  });

  test("serves nothing as long as there are endpoints", () => {
    expect(outcome([asking(), EMPTY, slice("web", ["10.0.0.1"]), ...READY])).toEqual({
      to: "default/web:80",
      insteadOf: undefined,
      told: undefined,
      upstreams: ["default/web:80"],
      said: [],
    });
  });

  test.each([
    ["a Service that does not exist", asking({}, "gone:80"), "error ServiceNotFound"],
    ["a port that does not exist", asking({}, "web:http"), "error ServicePortNotFound"],
  ])("serves for %s", (_, object, said) => {
    const { to, said: told } = outcome([object, EMPTY, ...READY]);
    expect([to, told]).toEqual(["default/errors:80", expect.arrayContaining([said, "info DefaultBackendServes"])]);
  });

  test("serves for a defaultBackend without endpoints", () => {
    const all = ingress("in", { defaultBackend: backend("web:80") }, nginx({ "default-backend": "errors" }));
    expect(outcome([all, EMPTY, ...READY]).to).toBe("default/errors:80");
  });

  test.each([
    [{ "backend-protocol": "HTTPS" }, ["default/errors:80 https"]],
    [{ "backend-protocol": "GRPC" }, ["default/errors:80 h2c"]],
    [{ "backend-protocol": "AUTO_HTTP" }, ["default/errors:80", "default/errors:80 https"]],
  ])("is spoken to as its Ingress says: %j", (annotations, upstreams) => {
    expect(outcome([asking(annotations), EMPTY, ...READY]).upstreams).toEqual(upstreams);
  });

  test.each([
    ["that protects", asking({ "auth-url": "https://auth" }), "unavailable", "error ProtectionNotBuilt"],
    ["whose backend is wrong in itself", asking({}, "web:0"), "unavailable", "error BackendPortInvalid"],
  ])("does not open an Ingress %s", (_, object, to, said) => {
    const given = outcome([object, EMPTY, ...READY]);
    expect([given.to, given.said]).toEqual([to, expect.arrayContaining([said])]);
  });

  test("does not get what is handed on unopened", () => {
    const { upstreams } = outcome([asking({ "ssl-passthrough": "true" }), EMPTY, ...READY]);
    expect(upstreams.filter((name) => name.includes("errors"))).toEqual([]);
  });

  test.each([
    ["does not exist", []],
    ["has no port", [service("errors", { ports: [] })]],
    ["has UDP as the protocol", [service("errors", { ports: [{ port: 80, protocol: "UDP" }] })]],
    ["has no endpoints: there is no EndpointSlice", [service("errors")]],
  ])("that %s serves nothing, and that is told before it is needed", (problem, objects) => {
    const serving = [EMPTY, slice("web", ["10.0.0.1"])];
    const { diagnostics } = translated([asking(), ...serving, ...objects]);
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringContaining(`names Service default/errors, which ${problem}`),
    ]);
    const { to, said } = outcome([asking(), EMPTY, ...objects]);
    expect([to, said]).toEqual([
      "default/web:80",
      ["warning DefaultBackendNotServed", "warning ServiceWithoutEndpoints"],
    ]);
  });

  test("is a name, of the Ingress's own namespace", () => {
    const { to, said } = outcome([asking({ "default-backend": "other/errors" }), EMPTY, ...READY]);
    expect([to, said]).toEqual(["default/web:80", ["warning AnnotationInvalid", "warning ServiceWithoutEndpoints"]]);
  });
});

test("without the annotation a Service without endpoints is 503, whatever --default-backend-service says, as in ingress-nginx", () => {
  const rules = [{ host: HOST, paths: [path("/", "web:80")] }];
  const given = translated([ingress("in", { rules }), EMPTY, ...READY], { defaultBackend: "default/errors" });
  const action = given.fragment.virtualHosts.find(({ host }) => host === HOST)?.routes[0]?.action;
  expect(action).toEqual({ kind: "forward", upstream: "default/web:80" });
});
