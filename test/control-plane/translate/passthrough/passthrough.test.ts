import { expect, test } from "vitest";
import type { Ingress } from "../../../../src/control-plane/resources/ingress.ts";
import { codes, ingress, nginx, path, service, translated } from "../../../support/resources.ts";

const HOST = "a.example.com";
const SERVICES = [
  service("web", { type: "ExternalName", externalName: "web.org" }),
  service("other", { type: "ExternalName", externalName: "other.org" }),
];

function asking(key: string, annotations: Record<string, string>, to = "/", hosts = [HOST]): Ingress {
  return ingress(key, { rules: hosts.map((host) => ({ host, paths: [path(to, "web:443")] })) }, nginx(annotations));
}

function passed(...ingresses: Ingress[]) {
  const result = translated([...SERVICES, ...ingresses]);
  const { passthrough } = result.fragment.virtualHosts.find(({ host }) => host === HOST) ?? {};
  return { passthrough, codes: codes(result), fragment: result.fragment };
}

const ON = { "ssl-passthrough": "true" };

test("leads to the endpoints of path /, by name where the Service is one", () => {
  const { passthrough, fragment } = passed(asking("in", ON));
  expect(passthrough).toMatchObject({
    origin: { name: "in" },
    action: { kind: "forward", upstream: "default/web:443 tcp" },
  });
  expect(fragment.upstreams.map(({ name, protocol, addressing }) => [name, protocol, addressing])).toEqual([
    ["default/web:443 https", "https", { kind: "dns", name: "web.org", port: 443 }],
    ["default/web:443 tcp", "tcp", { kind: "dns", name: "web.org", port: 443 }],
  ]);
});

test("the Service of a prefix / is chosen before that of an exact one, and both before a default backend", () => {
  const rules = [{ host: HOST, paths: [path("/", "other:443", "Exact"), path("/", "web:443")] }];
  expect(passed(ingress("in", { rules }, nginx(ON))).passthrough?.action).toMatchObject({
    upstream: "default/web:443 tcp",
  });
  const exact = [{ host: HOST, paths: [path("/", "other:443", "Exact")] }];
  const defaultBackend = path("/", "web:443").backend;
  const both = ingress("in", { rules: exact, defaultBackend }, nginx(ON));
  expect(passed(both).passthrough?.action).toMatchObject({ upstream: "default/other:443 tcp" });
});

test.each([
  [{ "auth-url": "http://auth.example.com" }, "in"],
  [{ "auth-type": "basic" }, "in"],
  [{ "whitelist-source-range": "10.0.0.0/8" }, "in"],
  [{ "limit-rps": "5" }, "in"],
  [{ "enable-modsecurity": "true" }, "in"],
  [{ "auth-tls-secret": "default/ca" }, "in"],
  // Of another Ingress of the host, which asks for no passthrough itself.
  [{ "auth-tls-secret": "default/ca" }, "beside"],
])("%j of %s would protect nothing: connections are closed", (protection, of) => {
  const { passthrough, codes } = passed(
    asking("in", of === "in" ? { ...ON, ...protection } : ON),
    asking("beside", of === "beside" ? protection : {}, "/beside"),
  );
  expect(passthrough?.action.kind).toBe("unavailable");
  expect(codes).toContain(`error PassthroughUnprotected default/${of}`);
});

test("a protection of whoever has path / counts, also where another Ingress asks", () => {
  const { passthrough, codes } = passed(asking("asks", ON, "/x"), asking("root", { "limit-rps": "5" }));
  expect(passthrough?.action.kind).toBe("unavailable");
  expect(codes).toContain("error PassthroughUnprotected default/root");
});

test.each([{ "limit-rps": "0" }, { "auth-tls-secret": "default/ca", "auth-tls-verify-client": "off" }])(
  "%j protects nothing anyway",
  (harmless) => {
    expect(passed(asking("in", { ...ON, ...harmless })).passthrough?.action.kind).toBe("forward");
  },
);

test("a canary neither asks nor counts", () => {
  const { passthrough } = passed(asking("in", {}), asking("canary", { ...ON, canary: "true" }));
  expect(passthrough).toBeUndefined();
});

test("a host of the asking Ingress that nothing else speaks of is closed, not opened", () => {
  const rules = [{ host: HOST }];
  const { passthrough, codes } = passed(ingress("in", { rules }, nginx(ON)));
  expect(passthrough?.action.kind).toBe("unavailable");
  expect(codes).toContain("error PassthroughWithoutRoot default/in");
});
