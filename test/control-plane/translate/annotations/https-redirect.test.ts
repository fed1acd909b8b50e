import { describe, expect, test } from "vitest";
import type { IngressTls } from "../../../../src/control-plane/resources/ingress.ts";
import { ingress, nginx, path, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });
const HOST = "shop.example.com";
const listing = (...hosts: string[]): IngressTls[] => [{ hosts }];

function redirectOf(
  tls: readonly IngressTls[],
  annotations: Record<string, string> = {},
  {
    host = HOST,
    written = "/",
    others = [],
  }: { host?: string | null; written?: string; others?: Parameters<typeof translated>[0] } = {},
) {
  const rule = { ...(host === null ? {} : { host }), paths: [path(written, "web:80")] };
  const result = translated([ingress("in", { rules: [rule], tls }, nginx(annotations)), WEB, ...others]);
  const routes = result.fragment.virtualHosts.flatMap((one) => one.routes);
  return routes.find((route) => route.name.startsWith("default/in"))?.middleware[0];
}

const REDIRECT = { use: "https-redirect", options: { code: 308, keepTrailingSlash: false, usePort: false } };

describe("the https redirect", () => {
  test("of a host that an entry lists, even without Secret", () => {
    expect(redirectOf(listing(HOST))).toEqual(REDIRECT);
  });

  test("of any host of an Ingress with a tls section: the default certificate counts", () => {
    expect(redirectOf(listing("other.example.com"))).toEqual(REDIRECT);
    expect(redirectOf([{ hosts: [] }])).toEqual(REDIRECT);
  });

  test("of a host whose wildcard has a certificate, or that another Ingress secures", () => {
    const other = (host: string) => [
      ingress("other", { rules: [{ host, paths: [path("/x", "web:80")] }], tls: [{ hosts: [] }] }),
    ];
    expect(redirectOf([], {}, { others: other("*.example.com") })).toEqual(REDIRECT);
    expect(redirectOf([], {}, { others: other(HOST) })).toEqual(REDIRECT);
    expect(redirectOf([], {}, { others: other("other.example.com") })).toBeUndefined();
  });

  test("not without tls, not when switched off, not without host", () => {
    expect(redirectOf([])).toBeUndefined();
    expect(redirectOf(listing(HOST), { "ssl-redirect": "false" })).toBeUndefined();
    expect(redirectOf(listing(HOST), {}, { host: null })).toBeUndefined();
  });

  test("always when forced", () => {
    expect(redirectOf([], { "force-ssl-redirect": "true" })).toEqual(REDIRECT);
    expect(redirectOf([], { "force-ssl-redirect": "true", "ssl-redirect": "false" }, { host: null })).toEqual(REDIRECT);
  });

  test("never for the path of a certificate solver", () => {
    const written = "/.well-known/acme-challenge/token";
    expect(redirectOf(listing(HOST), { "force-ssl-redirect": "true" }, { written })).toBeUndefined();
    expect(redirectOf(listing(HOST), {}, { written: "/.well-known" })).toEqual(REDIRECT);
  });

  test("carries its options", () => {
    const options = { code: 308, keepTrailingSlash: true, usePort: true };
    const annotations = { "preserve-trailing-slash": "true", "use-port-in-redirects": "1" };
    expect(redirectOf(listing(HOST), annotations)).toEqual({ use: "https-redirect", options });
  });
});
