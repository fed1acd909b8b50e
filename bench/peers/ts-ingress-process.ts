// A process: the data plane with one route, without access log. Started with the upstream's port.
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import type { Origin } from "../../src/snapshot/origin.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { announce } from "../announce.ts";
import { HOST } from "../load/request.ts";

const origin: Origin = { kind: "Ingress", namespace: "bench", name: "app" };
const snapshot = seal({
  virtualHosts: [
    {
      host: HOST,
      routes: [
        {
          name: "bench/app rules[0].paths[0]",
          origin,
          match: { kind: "prefix", path: "/" },
          middleware: [],
          action: { kind: "forward", upstream: "bench/app:80" },
        },
      ],
    },
  ],
  upstreams: [
    {
      name: "bench/app:80",
      origin: { ...origin, kind: "Service" },
      protocol: "http",
      addressing: { kind: "endpoints", endpoints: [{ address: "127.0.0.1", port: Number(process.argv[2]) }] },
      balancing: { kind: "round-robin" },
    },
  ],
  certificates: [],
});

const dataPlane = new DataPlane({ http: { host: "127.0.0.1", port: 0 } });
dataPlane.apply(snapshot);
const { http } = await dataPlane.listen();
if (http === null) throw new Error("the data plane does not listen");
announce(http);
