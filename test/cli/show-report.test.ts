import { expect, test } from "vitest";
import { showReport } from "../../src/cli/show-report.ts";
import { explain } from "../../src/data-plane/route-table/explain.ts";
import type { Passthrough } from "../../src/snapshot/route.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { type RouteReport, routeReport } from "../../src/telemetry/route-report.ts";
import { ORIGIN, upstream } from "../support/routes.ts";

function reportOf(action: Passthrough["action"]): RouteReport {
  const route = {
    name: "shop/web rules[0].paths[0]",
    origin: ORIGIN,
    match: { kind: "prefix", path: "/" },
    middleware: [],
    action: { kind: "forward", upstream: "shop/web:443 https" },
  } as const;
  const snapshot = seal({
    virtualHosts: [{ host: "shop.example.com", routes: [route], passthrough: { origin: ORIGIN, action } }],
    upstreams: [
      upstream("shop/web:443 https", [8443], { protocol: "https" }),
      upstream("shop/web:443 tcp", [8443], { protocol: "tcp" }),
    ],
    certificates: [],
  });
  return routeReport(snapshot, explain(snapshot, "shop.example.com", "/any"));
}

test("TLS that is handed on unopened: of https nothing else is told, and http is told of it", () => {
  const report = reportOf({ kind: "forward", upstream: "shop/web:443 tcp" });
  expect(showReport(report, "https")).toEqual([
    "url           https://shop.example.com/any",
    "virtual host  shop.example.com",
    "TLS           handed on unopened: no path, header or annotation counts",
    "object        Ingress shop/web",
    "upstream      shop/web:443 tcp, spoken to by whatever the client speaks",
    "from          Service shop/shop/web:443 tcp",
    "endpoint      127.0.0.1:8443 (the only one)",
  ]);
  const plain = showReport(report, "http");
  expect(plain).toContain("over TLS      handed on unopened to shop/web:443, whatever is asked for");
  expect(plain).toContain("upstream      shop/web:443 https, spoken to in HTTPS");
});

test("TLS that may not be handed on is closed, and why", () => {
  const report = reportOf({ kind: "unavailable", why: "it would be unprotected" });
  expect(showReport(report, "https").at(-1)).toBe("problem       TLS connections are closed: it would be unprotected");
  expect(showReport(report, "http")).toContain("over TLS      closed");
  expect(report.problem).toBeNull();
});

test("what stands in the way is told whole, in order", () => {
  const report = reportOf({ kind: "unavailable", why: "it would be unprotected", others: ["nobody serves it"] });
  expect(showReport(report, "https").slice(-2)).toEqual([
    "problem       TLS connections are closed: it would be unprotected",
    "also          nobody serves it",
  ]);
});
