import { expect, test } from "vitest";
import { clientRows } from "../../src/cli/show-clients.ts";
import { showCurl } from "../../src/cli/show-curl.ts";
import { explain } from "../../src/data-plane/route-table/explain.ts";
import type { JsonObject } from "../../src/snapshot/json.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { routeReport } from "../../src/telemetry/route-report.ts";
import { ORIGIN, upstream } from "../support/routes.ts";
import { sign } from "../support/sign.ts";

async function snapshotWith(options: JsonObject, more: readonly string[] = []) {
  const authorities = await Promise.all([sign("one", { authority: true }), sign("two", { authority: true })]);
  const uses = [...more.map((use) => ({ use, options: {} })), { use: "client-certificate", options }];
  const route = {
    name: "shop/web rules[0].paths[0]",
    origin: ORIGIN,
    match: { kind: "prefix", path: "/" },
    middleware: uses,
    action: { kind: "forward", upstream: "shop/web:80" },
  } as const;
  const clientCertificates = { id: "x", ca: authorities.map(({ chain }) => chain).join(""), depth: 1 };
  return seal({
    virtualHosts: [{ host: "shop.example.com", routes: [route], clientCertificates }],
    upstreams: [upstream("shop/web:80", [8080])],
    certificates: [],
  });
}

async function rowsOf(options: JsonObject, scheme: "http" | "https", more: readonly string[] = []) {
  const snapshot = await snapshotWith({ id: "x", ...options }, more);
  return clientRows(routeReport(snapshot, explain(snapshot, "shop.example.com", "/")), scheme).map(([, text]) => text);
}

test("what clients need is told, and what plain HTTP comes to", async () => {
  const must = "must have a certificate of CN=one or CN=two, else 400";
  expect(await rowsOf({ verify: "on" }, "https", ["https-redirect"])).toEqual([must]);
  expect(await rowsOf({ verify: "on", plain: true }, "http")).toEqual([must]);
  expect(await rowsOf({ verify: "on", pattern: "CN=anna" }, "http")).toEqual([
    must,
    'its subject must match "CN=anna", else 403',
    "without TLS there is no certificate: the answer is 400",
  ]);
  expect(await rowsOf({ verify: "optional_no_ca" }, "https")).toEqual([
    "may have a certificate of CN=one or CN=two",
    "one of any other authority is let in too, and told as FAILED",
  ]);
});

test("the line for curl has a place for the client's certificate", async () => {
  const targets = { http: null, https: 8443, bind: "127.0.0.1", trust: () => "--insecure" };
  expect(showCurl(await snapshotWith({ id: "x", verify: "on" }), targets)).toEqual([
    "curl --resolve shop.example.com:8443:127.0.0.1 --insecure --cert CLIENT.crt --key CLIENT.key https://shop.example.com:8443/",
  ]);
});
