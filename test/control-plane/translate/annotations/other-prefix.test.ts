import { describe, expect, test } from "vitest";
import { resourceSet } from "../../../../src/control-plane/resources/resource-set.ts";
import { Translator } from "../../../../src/control-plane/translate/translate.ts";
import { backend, ingress, OPTIONS, path, service, translated } from "../../../support/resources.ts";

const OURS = { annotationsPrefix: "ingress.example.com" };
const WEB = service("web", { type: "ExternalName", externalName: "web.org" });
const HOST = "shop.example.com";
const rules = [{ host: HOST, paths: [path("/", "web:80")] }];

function asked(name: string, annotations: Record<string, string>, spec: Parameters<typeof ingress>[1] = { rules }) {
  const named = Object.entries(annotations).map(([key, value]) => [`ingress.example.com/${key}`, value]);
  return ingress(name, spec, Object.fromEntries(named) as Record<string, string>);
}

describe("why a route is not served names annotations as they are written", () => {
  test.each([
    ["its own", [asked("a", { "auth-url": "https://auth" })]],
    ["one that is invalid", [asked("a", { "ssl-passthrough": "perhaps" })]],
    ["one whose Secret is missing", [asked("a", { "proxy-ssl-secret": "ca" })]],
    [
      "one that asks for TLS to what is spoken to in plain text",
      [asked("a", { "proxy-ssl-secret": "default/ca", "proxy-ssl-verify": "on" })],
    ],
    ["one of another Ingress for the whole host", [asked("a", { "auth-tls-secret": "none" }), ingress("b", { rules })]],
    [
      "those that close a host with regular expressions",
      [
        asked("a", { "auth-url": "https://auth" }, { rules: [{ host: HOST, paths: [path("/admin", "web:80")] }] }),
        asked("b", { "rewrite-target": "/x" }, { rules: [{ host: HOST, paths: [path("/a", "web:80")] }] }),
        ingress("c", { rules }),
      ],
    ],
    ["that of a default backend", [asked("a", { "auth-url": "https://auth" }, { defaultBackend: backend("web:80") })]],
    [
      "one that closes what would be passed through",
      [asked("a", { "ssl-passthrough": "true", "auth-url": "https://auth" })],
    ],
  ])("%s", (_, ingresses) => {
    const { fragment, diagnostics } = translated([...ingresses, WEB], OURS);
    const told = JSON.stringify([fragment, diagnostics]);
    expect(told).toContain('"unavailable"');
    expect(told).toContain("annotation ingress.example.com/");
    expect(told).not.toContain("nginx.ingress.kubernetes.io/");
  });
});

test("a host that is the same as before stays the same", () => {
  const translator = new Translator({ ...OPTIONS, ...OURS });
  const set = resourceSet([asked("a", { "auth-url": "https://auth" }), WEB]);
  const [before] = translator.translate(set).fragment.virtualHosts;
  const [after] = translator.translate({ ...set, secrets: [...set.secrets] }).fragment.virtualHosts;
  expect(before?.routes[0]?.action.kind).toBe("unavailable");
  expect(after).toBe(before);
});
