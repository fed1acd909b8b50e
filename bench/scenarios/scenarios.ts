import { autocannon } from "../load/autocannon.ts";
import { handshakes } from "../load/handshakes.ts";
import { h2load } from "../load/h2load.ts";
import type { LoadResult } from "../load/load.ts";
import type { Setting } from "../peers/peer.ts";
import { webSocketMessages } from "../load/websocket.ts";
import { wrk } from "../load/wrk.ts";
import type { Scenario } from "./scenario.ts";

const everybody = (): boolean => true;
const only =
  (name: string) =>
  (peer: { readonly name: string }): boolean =>
    peer.name.startsWith(name);

/** Octets, as many as MiB-sized bodies have. */
const POST = `wrk.method = "POST"\nwrk.body = string.rep("x", 4096)\n`;

/** Each request to one of the hosts and one of its paths, drawn at random. */
const drawn = ({ hosts = 1, pathsPerHost = 1 }: Partial<Setting>): string => `
math.randomseed(1)
local fields = wrk.headers
request = function()
  fields["Host"] = "h" .. math.random(0, ${hosts - 1}) .. ".example.com"
  return wrk.format("GET", "/p" .. math.random(0, ${pathsPerHost - 1}), fields)
end
`;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "get",
    title: "Plain GET",
    unit: "request",
    // Without wrk autocannon makes the load: slower than some proxies, so that only the processor time says much.
    needs: "node",
    admits: everybody,
    async run(bed, { port }, { connections, duration }) {
      const load = (await wrk.version(bed)) === null ? autocannon : wrk;
      return await load.run(bed, { port, connections, duration });
    },
  },
  {
    name: "routes",
    title: "GET with 500,000 routes, hosts drawn at random",
    unit: "request",
    needs: "wrk",
    admits: only("ts-ingress"),
    setting: { hosts: 10_000, pathsPerHost: 50 },
    beside: { name: "ts-ingress, 10 routes", setting: { hosts: 2, pathsPerHost: 5 } },
    run: (bed, { port }, { connections, duration, setting }) =>
      wrk.run(bed, { port, connections, duration, script: drawn(setting) }),
  },
  {
    name: "tls",
    title: "GET over TLS, connections kept",
    unit: "request",
    needs: "wrk",
    admits: everybody,
    run: (bed, { tlsPort }, { connections, duration }) =>
      wrk.run(bed, { port: tlsPort, connections, duration, tls: true }),
  },
  {
    name: "handshakes",
    title: "TLS handshakes, none resumed",
    unit: "handshake",
    needs: "openssl",
    admits: everybody,
    run: (bed, { tlsPort }, { duration }) => handshakes(bed, tlsPort, duration),
  },
  {
    name: "http2",
    title: "GET over HTTP/2 and TLS",
    unit: "request",
    needs: "h2load",
    admits: (peer) => peer.http2,
    run: (bed, { tlsPort }, { duration }) => h2load(bed, tlsPort, duration),
  },
  {
    name: "post",
    title: "POST of 4 KiB",
    unit: "request",
    needs: "wrk",
    admits: everybody,
    run: (bed, { port }, { connections, duration }) => wrk.run(bed, { port, connections, duration, script: POST }),
  },
  {
    name: "bodies",
    title: "Responses of 1 MiB",
    unit: "MiB",
    needs: "wrk",
    admits: everybody,
    run: (bed, { port }, { duration }): Promise<LoadResult> =>
      wrk.run(bed, { port, connections: 16, duration, path: "/1m" }),
  },
  {
    name: "websocket",
    title: "WebSocket messages of 100 octets",
    unit: "message",
    needs: "node",
    admits: everybody,
    upstream: "websocket",
    run: (bed, { port }, { connections, duration }) => webSocketMessages(bed, port, { connections, duration }),
  },
  {
    name: "middleware",
    title: "GET over TLS with two middleware",
    unit: "request",
    needs: "wrk",
    admits: only("ts-ingress"),
    setting: { middleware: 2 },
    beside: { name: "ts-ingress, no middleware", setting: {} },
    run: (bed, { tlsPort }, { connections, duration }) =>
      wrk.run(bed, { port: tlsPort, connections, duration, tls: true }),
  },
];
