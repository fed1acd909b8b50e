import { expect, test } from "vitest";
import { ingress, nginx, path, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });

function said(annotations: Record<string, string>) {
  const { diagnostics, fragment } = translated([ingress("in", undefined, annotations), WEB]);
  return {
    said: diagnostics.map(({ severity, code, message, remedy }) => `${severity} ${code} ${message} > ${remedy}`),
    kind: fragment.virtualHosts[0]?.routes[0]?.action.kind,
  };
}

test.each([
  "nginx.ingress.kubernets.io/ssl-redirect",
  "nginx.ingress.kubernetes.io.ssl-redirect",
  "ngnix.ingress.kubernetes.io/ssl-redirect",
  "ingress.kubernetes.io/ssl-redirect",
])("%s is a warning that says the prefix", (key) => {
  expect(said({ [key]: "false" })).toEqual({
    said: [
      `warning AnnotationUnknown annotation ${key} has no effect: the prefix is nginx.ingress.kubernetes.io/ > Write nginx.ingress.kubernetes.io/ssl-redirect`,
    ],
    kind: "forward",
  });
});

test("one that protects closes the routes, as a misspelt name does", () => {
  expect(said({ "nginx.ingress.kubernets.io/whitelist-source-range": "10.0.0.0/8" })).toEqual({
    said: [expect.stringMatching(/^error ProtectionUnknown .* so they answer 503 > Write nginx.ingress.kubernetes.io/)],
    kind: "unavailable",
  });
});

test("one that protects closes a host with regular expressions as a whole, as one that is spelt right does", () => {
  const misspelt = "nginx.ingress.kubernets.io/whitelist-source-range";
  const rule = (written: string) => ({ rules: [{ host: "shop.example.com", paths: [path(written, "web:80")] }] });
  const { fragment, diagnostics } = translated([
    ingress("admin", rule("/admin"), { [misspelt]: "10.0.0.0/8" }),
    ingress("patterns", rule("/api/(.*)"), nginx({ "rewrite-target": "/$1" })),
    ingress("front", rule("/")),
    WEB,
  ]);
  expect(fragment.virtualHosts[0]?.routes.map(({ action }) => action.kind)).toEqual(Array(3).fill("unavailable"));
  const said = diagnostics.find(({ code, object }) => code === "HostUnavailable" && object.name === "front");
  expect(said?.message).toContain(`what Ingress default/admin protects there by ${misspelt} cannot be told`);
});

test("under the prefix of old others may be meant: nothing is closed", () => {
  expect(said({ "ingress.kubernetes.io/auth-type": "basic" })).toMatchObject({ kind: "forward" });
});

test("ours counts too", () => {
  expect(said({ "ts-ingres.io/compress": "gzip" }).said).toEqual([
    expect.stringContaining("Write ts-ingress.io/compress"),
  ]);
});

test.each([
  "nginx.org/rewrites",
  "cert-manager.io/cluster-issuer",
  "kubernetes.io/ingress.class",
  "nginx.ingress.kubernets.io/nonsense",
  "haproxy-ingress.github.io/ssl-redirect",
  "plain",
])("%s is somebody else's", (key) => expect(said({ [key]: "x" }).said.filter((one) => one.includes(key))).toEqual([]));
