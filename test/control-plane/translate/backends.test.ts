import { describe, expect, test } from "vitest";
import type { IngressBackend } from "../../../src/control-plane/resources/ingress.ts";
import type { Service } from "../../../src/control-plane/resources/service.ts";
import type { TranslateOptions } from "../../../src/control-plane/translate/options.ts";
import { backend, codes, ingress, nginx, path, service, slice, translated } from "../../support/resources.ts";

function through(
  to: IngressBackend,
  objects: Parameters<typeof translated>[0],
  options: Partial<TranslateOptions> = {},
) {
  const rules = [{ host: "a.example.com", paths: [{ path: "/", pathType: "Prefix", backend: to }] }];
  const result = translated([ingress("shop/in", { rules }), ...objects], options);
  return {
    ...result,
    action: result.fragment.virtualHosts[0]?.routes[0]?.action,
    upstreams: result.fragment.upstreams,
  };
}

const WEB = service("shop/web", {
  ports: [
    { name: "http", port: 80, targetPort: "web", protocol: "TCP" },
    { name: "admin", port: 81, targetPort: 9000, protocol: "TCP" },
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "both-udp", port: 54, protocol: "UDP" },
    { name: "both-tcp", port: 54, protocol: "TCP" },
  ],
});
const SLICE = slice("shop/web", ["10.0.0.1"], {
  ports: [
    { name: "http", port: 8080, protocol: "TCP" },
    { name: "admin", port: 9000, protocol: "TCP" },
    { name: "both-tcp", port: 5454, protocol: "TCP" },
  ],
});

describe("a Service port", () => {
  test.each([
    ["web:80", "shop/web:80", 8080],
    ["web:http", "shop/web:80", 8080],
    ["web:81", "shop/web:81", 9000],
    ["web:admin", "shop/web:81", 9000],
    ["web:54", "shop/web:54", 5454],
  ])("%s is upstream %s, port %d", (to, name, port) => {
    const { upstreams, action, diagnostics } = through(backend(to), [WEB, SLICE]);
    expect(action).toEqual({ kind: "forward", upstream: name });
    expect(upstreams).toMatchObject([{ name, addressing: { endpoints: [{ address: "10.0.0.1", port }] } }]);
    expect(diagnostics).toEqual([]);
  });

  test.each([
    ["web:9000", "shop/web:81", 9000],
    ["web:web", "shop/web:80", 8080],
  ])("%s names a targetPort: it is upstream %s, port %d, and that is said", (to, name, port) => {
    const result = through(backend(to), [WEB, SLICE]);
    expect(result.action).toEqual({ kind: "forward", upstream: name });
    expect(result.upstreams).toMatchObject([{ name, addressing: { endpoints: [{ address: "10.0.0.1", port }] } }]);
    expect(codes(result)).toEqual(["warning ServicePortByTarget shop/in"]);
  });

  test("named and numbered by two Ingresses is one upstream, and another one for https", () => {
    const rules = (to: string) => ({
      rules: [{ host: `${to.replace(":", "-")}.example.com`, paths: [path("/", to)] }],
    });
    const objects = [ingress("shop/a", rules("web:80")), ingress("shop/b", rules("web:http")), WEB, SLICE];
    const secure = ingress(
      "shop/c",
      { rules: [{ host: "c.example.com", paths: [path("/", "web:80")] }] },
      nginx({ "backend-protocol": "https" }),
    );
    const { upstreams } = translated([...objects, secure]).fragment;
    expect(upstreams.map(({ name, protocol }) => [name, protocol])).toEqual([
      ["shop/web:80", "http"],
      ["shop/web:80 https", "https"],
    ]);
  });

  test("nobody names makes no upstream", () => {
    expect(through(backend("web:80"), [WEB, SLICE, service("shop/unused")]).upstreams).toHaveLength(1);
  });
});

describe("a backend that cannot be served answers 503 and says why", () => {
  const both = { ...backend("web:80"), resource: { kind: "Bucket", name: "static" } };
  test.each<[string, IngressBackend, string, string, string]>([
    ["of a missing Service", backend("gone:80"), "ServiceNotFound", "reference", "Service shop/gone"],
    ["of another namespace", backend("elsewhere:80"), "ServiceNotFound", "reference", "Service shop/elsewhere"],
    [
      "of a missing port",
      backend("web:8080"),
      "ServicePortNotFound",
      "reference",
      "80 (http, targetPort web), 81 (admin, targetPort 9000)",
    ],
    ["of a missing port name", backend("web:metrics"), "ServicePortNotFound", "reference", "metrics"],
    ["of a UDP port", backend("web:53"), "ServicePortNotTcp", "reference", "UDP"],
    [
      "with name and number",
      { service: { name: "web", port: { name: "http", number: 80 } } },
      "BackendPortAmbiguous",
      "object",
      "twice",
    ],
    ["without port", { service: { name: "web", port: {} } }, "BackendPortMissing", "object", "no port"],
    ["with port 0", { service: { name: "web", port: { number: 0 } } }, "BackendPortInvalid", "object", "65535"],
    [
      "with a resource",
      { resource: { kind: "Bucket", name: "static" } },
      "ResourceBackendNotServed",
      "object",
      "Bucket static",
    ],
    ["with both", both, "BackendAmbiguous", "object", "both"],
    ["with nothing", {}, "BackendMissing", "object", "no service"],
  ])("%s", (_, to, code, scope, text) => {
    const { action, diagnostics, upstreams } = through(to, [WEB, SLICE, service("other/elsewhere")]);
    expect(action).toEqual({ kind: "unavailable", why: expect.stringContaining(text) });
    expect(upstreams).toEqual([]);
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: "error", code, scope, message: expect.stringContaining(text) }),
    ]);
    expect(action).toMatchObject({ why: expect.stringContaining(diagnostics[0]?.remedy ?? "") });
  });
});

describe("ExternalName", () => {
  const external = (externalName: string | undefined, ports: Service["spec"]["ports"] = []): Service =>
    service("shop/ext", { type: "ExternalName", ports, ...(externalName === undefined ? {} : { externalName }) });
  const declared = [{ name: "http", port: 8000, protocol: "TCP" }];

  test.each([
    ["ext:8443", [], { kind: "dns", name: "api.example.org", port: 8443 }],
    ["ext:http", declared, { kind: "dns", name: "api.example.org", port: 8000 }],
    ["ext:8000", declared, { kind: "dns", name: "api.example.org", port: 8000 }],
    ["ext:9000", declared, { kind: "dns", name: "api.example.org", port: 9000 }],
  ])("%s", (to, ports, addressing) => {
    expect(through(backend(to), [external("API.example.org", ports)]).upstreams).toMatchObject([{ addressing }]);
  });

  test.each([
    ["ext:http", 8443, 8443],
    ["ext:8000", 8443, 8443],
    // Nobody can say what a name stands for where no pod is.
    ["ext:http", "https", 8000],
    // The Service says nothing of this port.
    ["ext:9000", 8443, 9000],
  ])("%s with targetPort %j connects to port %i", (to, targetPort, port) => {
    const ports = [{ name: "http", port: 8000, targetPort, protocol: "TCP" }];
    const addressing = { kind: "dns", name: "api.example.org", port };
    expect(through(backend(to), [external("api.example.org", ports)]).upstreams).toMatchObject([{ addressing }]);
    const endpoints = { kind: "endpoints", endpoints: [{ address: "203.0.113.7", port }] };
    expect(through(backend(to), [external("203.0.113.7", ports)]).upstreams).toMatchObject([{ addressing: endpoints }]);
  });

  test("an address needs no resolving", () => {
    const addressing = { kind: "endpoints", endpoints: [{ address: "203.0.113.7", port: 80 }] };
    expect(through(backend("ext:80"), [external("203.0.113.7")]).upstreams).toMatchObject([{ addressing }]);
  });

  test("a declared port that is none is an error", () => {
    const result = through(backend("ext:http"), [
      external("api.example.org", [{ name: "http", port: 70_000, protocol: "TCP" }]),
    ]);
    expect(codes(result)).toEqual(["error ExternalNameRefused shop/in"]);
  });

  test("a port name that is not declared is an error", () => {
    expect(codes(through(backend("ext:http"), [external("api.example.org")]))).toEqual([
      "error ServicePortNotFound shop/in",
    ]);
  });

  test.each([
    "localhost",
    "LOCALHOST.",
    "web.localhost",
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "169.254.169.254",
    "::1",
    "[::1]",
    "fe80::1",
    "febf::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.1.1",
  ])("%s is refused, but in dev", (name) => {
    const refused = through(backend("ext:80"), [external(name)]);
    expect(refused.action).toMatchObject({ kind: "unavailable" });
    expect(codes(refused)).toEqual(["error ExternalNameRefused shop/in"]);
    expect(through(backend("ext:80"), [external(name)], { allowLoopbackNames: true }).diagnostics).toEqual([]);
  });

  test.each(["fec0::1", "169.253.1.1", "localhost.example.com", "notlocalhost"])("%s is no local name", (name) => {
    expect(through(backend("ext:80"), [external(name)]).diagnostics).toEqual([]);
  });

  test.each([undefined, "", "http://api.example.org", "api.example.org:80", "*.example.org"])(
    "%s is no DNS name",
    (name) => {
      const result = through(backend("ext:80"), [external(name)], { allowLoopbackNames: true });
      expect(codes(result)).toEqual(["error ExternalNameRefused shop/in"]);
    },
  );
});

describe("--map", () => {
  const to = { host: "localhost", port: 3000 };
  const addressing = { kind: "endpoints", endpoints: [{ address: "localhost", port: 3000 }] };
  const map = (port: string, name = "web") => ({ namespace: "shop", service: name, port, to });

  test.each([
    ["by the number the Ingress names", "web:80", "80"],
    ["by name, where the Ingress has the number", "web:80", "http"],
    ["by number, where the Ingress has the name", "web:http", "80"],
  ])("overrides the endpoints %s", (_, written, port) => {
    const result = through(backend(written), [WEB, SLICE], { maps: [map(port)] });
    expect(result.upstreams).toMatchObject([{ name: "shop/web:80", addressing }]);
    expect(result.diagnostics).toEqual([]);
  });

  test.each([
    ["gone:80", "80", "shop/gone:80"],
    ["gone:http", "http", "shop/gone:http"],
  ])("stands in for a missing Service: %s", (written, port, name) => {
    const result = through(backend(written), [], { maps: [map(port, "gone")] });
    expect(result.upstreams).toMatchObject([{ name, addressing }]);
    expect(result.diagnostics).toEqual([]);
  });

  test("stands in for an ExternalName", () => {
    const external = service("shop/web", { type: "ExternalName", externalName: "x.org", ports: [] });
    expect(through(backend("web:80"), [external], { maps: [map("80")] }).upstreams).toMatchObject([{ addressing }]);
  });

  test("loses the brackets of an IPv6 address", () => {
    const maps = [{ ...map("80"), to: { host: "[::1]", port: 3000 } }];
    expect(through(backend("web:80"), [WEB], { maps }).upstreams).toMatchObject([
      { addressing: { endpoints: [{ address: "::1", port: 3000 }] } },
    ]);
  });

  test("leaves other ports and namespaces alone, and says that nothing uses it", () => {
    const maps = [map("81"), { ...map("80"), namespace: "other" }];
    const result = through(backend("web:80"), [WEB, SLICE], { maps });
    expect(result.upstreams).toMatchObject([{ addressing: { endpoints: [{ address: "10.0.0.1" }] } }]);
    expect(result.diagnostics.map(({ code, object }) => [code, object])).toEqual([
      ["MapUnused", { kind: "Flag", namespace: "", name: "--map other/web:80=localhost:3000" }],
      ["MapUnused", { kind: "Flag", namespace: "", name: "--map shop/web:81=localhost:3000" }],
    ]);
  });
});
