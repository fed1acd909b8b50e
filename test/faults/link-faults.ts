// F16 to F18: lines that lose packets, that are long, that are thin.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { allRight, type Bed, type Fault, type Finding, HOST, percentile } from "./bed.ts";
import { Endpoint } from "./endpoint.ts";
import { GatewayUnderTest } from "./gateway-under-test.ts";
import { canMakeNetworks, Network } from "./network.ts";
import { SlowLink } from "./slow-link.ts";
import { SteadyLoad } from "./steady-load.ts";

const MEBIBYTE = 1024 * 1024;
/** Octets of each download over the thin line. */
const DOWNLOAD = 8 * MEBIBYTE;
const STREAMS = 40;

export const linkFaults: readonly Fault[] = [
  {
    name: "F16",
    title: "the clients' line loses 1, 5 and 10 % of its packets, both ways",
    missing: () => (canMakeNetworks() ? null : "needs root and `ip netns`"),
    run: (bed) =>
      throughNetwork(bed, async (network, gateway) => {
        const aim = { http: gateway.http, https: gateway.https, address: network.there };
        const findings: Finding[] = [];
        for (const share of [0, 0.01, 0.05, 0.1]) {
          if (share > 0) network.lose(share, [gateway.http, gateway.https]);
          const result = await new SteadyLoad(aim, HOST).during(6_000);
          const what = `${share * 100} % lost`;
          const times = `median ${percentile(result.times, 0.5).toFixed(1)} ms, p99 ${percentile(result.times, 0.99).toFixed(0)} ms`;
          findings.push(allRight(what, result), { what: `${what}: latency`, figure: times, holds: true });
        }
        return findings;
      }),
  },
  {
    name: "F17",
    title: "clients 50, 200 and 2,000 ms away, endpoints 200 ms away, with jitter",
    run: async (bed) => [...(await farClients(bed)), ...(await farEndpoints(bed))],
  },
  {
    name: "F18",
    title: `${STREAMS} downloads over a line of 1 Mbit/s`,
    missing: () => (canMakeNetworks() ? null : "needs root and `ip netns`"),
    run: (bed) => throughNetwork(bed, thinLine),
  },
];

/** A gateway in a network of its own, before the endpoints of the bed. */
async function throughNetwork(
  bed: Bed,
  run: (network: Network, gateway: GatewayUnderTest) => Promise<Finding[]>,
): Promise<Finding[]> {
  const network = new Network();
  const endpoints = [await Endpoint.start(network.here), await Endpoint.start(network.here)];
  const gateway = await GatewayUnderTest.start(bed.pair, "0.0.0.0", { inside: network.inside });
  gateway.route([{ host: HOST, endpoints: endpoints.map(({ port }) => ({ address: network.here, port })) }]);
  try {
    return await run(network, gateway);
  } finally {
    await gateway.stop();
    for (const endpoint of endpoints) await endpoint.close();
    network.close();
  }
}

async function farClients(bed: Bed): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [roundTrip, jitter] of [
    [50, 10],
    [200, 50],
    [2_000, 200],
  ] as const) {
    const links = await Promise.all(
      [bed.gateway.http, bed.gateway.https].map((port) => SlowLink.open(port, roundTrip / 2, jitter / 2)),
    );
    const [http = 0, https = 0] = links.map(({ port }) => port);
    const result = await new SteadyLoad({ http, https }, HOST).during(roundTrip === 2_000 ? 15_000 : 4_000);
    for (const link of links) link.close();
    const median = percentile(result.times, 0.5);
    findings.push(allRight(`clients ${roundTrip} ms away`, result), {
      what: `clients ${roundTrip} ms away: median`,
      figure: `${median.toFixed(0)} ms`,
      // A timer and two event loops besides.
      holds: median < roundTrip + jitter + 40,
    });
  }
  return findings;
}

async function farEndpoints(bed: Bed): Promise<Finding[]> {
  const links = await Promise.all(bed.endpoints.map(({ port }) => SlowLink.open(port, 100, 25)));
  bed.route(links.map(({ port }) => ({ port })));
  const result = await bed.load().during(5_000);
  const { memory } = await bed.gateway.sample();
  bed.route();
  for (const link of links) link.close();
  return [
    allRight("endpoints 200 ms away", result),
    { what: "resident memory meanwhile", figure: `${(memory / 1e6).toFixed(0)} MB`, holds: memory < 300e6 },
  ];
}

async function thinLine(network: Network, gateway: GatewayUnderTest): Promise<Finding[]> {
  let sent = 0;
  const body = Buffer.alloc(DOWNLOAD, "thin line ");
  const large = createServer((_request, response) => {
    response.writeHead(200, { "content-length": DOWNLOAD });
    let at = 0;
    const more = (): void => {
      while (at < DOWNLOAD) {
        const piece = body.subarray(at, (at += 64 * 1024));
        sent += piece.length;
        if (!response.write(piece)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  });
  await new Promise<void>((resolve) => large.listen(0, network.here, resolve));
  gateway.route([{ host: HOST, endpoints: [{ address: network.here, port: (large.address() as AddressInfo).port }] }]);
  const before = await gateway.sample();
  network.limitRate("1mbit");
  const clients = await Promise.all(Array.from({ length: STREAMS }, () => download(network.there, gateway.http)));
  await delay(8_000);
  const during = await gateway.sample();
  const received = clients.reduce((sum, { octets }) => sum + octets, 0);
  const sentThen = sent;
  for (const { socket } of clients) socket.destroy();
  network.limitRate(null);
  await delay(1_000);
  const whole = await download(network.there, gateway.http);
  await new Promise((resolve) => whole.socket.once("close", resolve));
  const digest = createHash("sha256").update(body).digest("hex");
  const { active, problems } = await gateway.sample();
  large.closeAllConnections();
  large.close();
  const each = (during.memory - before.memory) / STREAMS / 1024;
  return [
    { what: "memory for each", figure: `${each.toFixed(0)} KiB`, holds: each <= 256 + (64 * 1024) / STREAMS },
    // The kernel keeps some MB for each of two sockets besides.
    {
      what: "the upstream was held back",
      figure: `${(sentThen / 1e6).toFixed(0)} MB sent of ${((DOWNLOAD * STREAMS) / 1e6).toFixed(0)}, ${(received / 1e6).toFixed(1)} received`,
      holds: sentThen < DOWNLOAD * STREAMS && received < 4e6,
    },
    { what: "requests under way when the clients are gone", figure: String(active), holds: active === 0 },
    {
      what: "a download afterwards is whole",
      figure: `${whole.octets} octets`,
      holds: whole.hash.digest("hex") === digest,
    },
    { what: "errors nobody caught", figure: problems.join("; ") || "none", holds: problems.length === 0 },
  ];
}

interface Download {
  readonly socket: Socket;
  octets: number;
  readonly hash: ReturnType<typeof createHash>;
}

/** Its octets are those of the body, hashed. */
async function download(host: string, port: number): Promise<Download> {
  const socket = connect(port, host);
  const result: Download = { socket, octets: 0, hash: createHash("sha256") };
  let head = "";
  socket.on("error", () => {});
  socket.on("data", (piece: Buffer) => {
    let body = piece;
    if (!head.includes("\r\n\r\n")) {
      head += piece.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      body = end < 0 ? Buffer.alloc(0) : Buffer.from(head.slice(end + 4), "latin1");
    }
    result.octets += body.length;
    result.hash.update(body);
  });
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(`GET /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  return result;
}
