// A process: the data plane as a worker runs it, without access log. Started with a Setting as JSON.
import { readFileSync } from "node:fs";
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import type { Certificate } from "../../src/snapshot/certificate.ts";
import type { Origin } from "../../src/snapshot/origin.ts";
import type { Route, VirtualHost } from "../../src/snapshot/route.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { announce } from "../announce.ts";
import { HOST } from "../load/request.ts";
import type { Setting } from "./peer.ts";

const UPSTREAM = "bench/app:80";
const origin: Origin = { kind: "Ingress", namespace: "bench", name: "app" };
const setting = JSON.parse(process.argv[2] as string) as Setting;
const chain = readFileSync(setting.certificate.chain, "utf8");
const privateKey = readFileSync(setting.certificate.key, "utf8");

const dataPlane = new DataPlane({
  http: { host: "127.0.0.1", port: 0 },
  https: { host: "127.0.0.1", port: 0 },
  defaultCertificate: async () => ({ chain, privateKey }),
  // As nginx is set: no connection is closed while the load lasts.
  limits: { requestsPerConnection: 1e9, connections: 20_000 },
  timeouts: { keepAlive: 3_600_000 },
});
dataPlane.apply(
  seal({
    virtualHosts: setting.hosts === undefined ? [virtualHost(HOST, 1)] : manyHosts(setting.hosts),
    upstreams: [
      {
        name: UPSTREAM,
        origin: { ...origin, kind: "Service" },
        protocol: "http",
        addressing: { kind: "endpoints", endpoints: [{ address: "127.0.0.1", port: setting.upstreamPort }] },
        balancing: { kind: "round-robin" },
      },
    ],
    certificates: Array.from({ length: setting.certificates ?? 0 }, (_, index) => certificate(index)),
  }),
);
const { http, https } = await dataPlane.listen();
if (http === null) throw new Error("the data plane does not listen");
announce(http, https);

function manyHosts(count: number): VirtualHost[] {
  return Array.from({ length: count }, (_, index) => virtualHost(`h${index}.example.com`, setting.pathsPerHost ?? 1));
}

function virtualHost(host: string, paths: number): VirtualHost {
  return { host, routes: Array.from({ length: paths }, (_, index) => route(host, paths === 1 ? "/" : `/p${index}`)) };
}

function route(host: string, path: string): Route {
  return {
    name: `${host} ${path}`,
    origin,
    match: { kind: "prefix", path },
    // It lets pass what came by https: what is measured is that it is there.
    middleware: Array.from({ length: setting.middleware ?? 0 }, () => ({ use: "https-redirect", options: {} })),
    action: { kind: "forward", upstream: UPSTREAM },
  };
}

/** Each with text of its own, as those of a cluster have. */
function certificate(index: number): Certificate {
  const own = (text: string): string => Buffer.from(text).toString("latin1");
  return {
    name: `bench/c${index}`,
    origin,
    serverNames: [`c${index}.example.com`],
    chain: own(chain),
    privateKey: own(privateKey),
  };
}
