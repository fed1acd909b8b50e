// F21: no local port is left for connections to the endpoints.
import { setTimeout as delay } from "node:timers/promises";
import { type Ended, open, statusOf } from "./attackers.ts";
import { type Fault, finding, type Finding, HOST } from "./bed.ts";
import { Endpoint } from "./endpoint.ts";
import { GatewayUnderTest } from "./gateway-under-test.ts";
import { canMakeNetworks, Network } from "./network.ts";

/** Local ports for each of three endpoints. */
const PORTS = 8;
const CLIENTS = 60;
/** Seconds that a port is kept after its connection was closed from our side: TIME_WAIT of Linux. */
const TIME_WAIT = 60;

export const portFaults: readonly Fault[] = [
  {
    name: "F21",
    title: "no local port is left, while connections are busy, and a minute after many were closed",
    missing: () => (canMakeNetworks() ? null : "needs root and `ip netns`"),
    async run(bed) {
      const network = new Network();
      const endpoints = [await start(), await start(), await start()];
      const gateway = await GatewayUnderTest.start(bed.pair, "0.0.0.0", { inside: network.inside });
      // Not before, or its own listeners would have two of them.
      network.limitPorts(40_000, 40_000 + PORTS - 1);
      gateway.route([{ host: HOST, endpoints: endpoints.map(({ port }) => ({ address: network.here, port })) }]);
      try {
        return [
          ...(await whileBusy(gateway, network.there, endpoints)),
          ...(await afterClosing(gateway, network.there, endpoints)),
        ];
      } finally {
        await gateway.stop();
        for (const endpoint of endpoints) await endpoint.close();
        network.close();
      }

      function start(): Promise<Endpoint> {
        return Endpoint.start(network.here);
      }
    },
  },
];

/** Endpoints that keep requests waiting: what cannot be sent is refused, what was sent is answered. */
async function whileBusy(gateway: GatewayUnderTest, host: string, endpoints: readonly Endpoint[]): Promise<Finding[]> {
  const held: (() => void)[] = [];
  for (const endpoint of endpoints)
    endpoint.misbehaviour = (answer, response) => void held.push(() => response.end(answer));
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => ask(gateway, host)));
  const room = PORTS * endpoints.length;
  await until(() => held.length + clients.filter((client) => statusOf(client) > 0).length >= CLIENTS);
  const refused = clients.filter((client) => statusOf(client) === 503 && client.text.includes("Retry-After"));
  const { failures, ejected, retries } = await gateway.sample();
  for (const answer of held.splice(0)) answer();
  for (const endpoint of endpoints) endpoint.misbehaviour = null;
  await until(() => clients.every((client) => statusOf(client) > 0));
  const answered = clients.filter((client) => statusOf(client) === 200).length;
  const after = await Promise.all(Array.from({ length: room }, () => ask(gateway, host)));
  await until(() => after.every((client) => statusOf(client) > 0));
  for (const { socket } of [...clients, ...after]) socket.destroy();
  return [
    same("sent and answered", answered, room),
    same("refused with 503 and Retry-After", refused.length, CLIENTS - room),
    same("of them for want of a port", failures["out_of_ports"] ?? 0, CLIENTS - room),
    finding("endpoints ejected", ejected, 0),
    finding("retries counted", retries, 0),
    same("answered as soon as there is room", after.filter((client) => statusOf(client) === 200).length, room),
  ];
}

/** The gateway closes every connection itself, and the system keeps their ports. */
async function afterClosing(
  gateway: GatewayUnderTest,
  host: string,
  endpoints: readonly Endpoint[],
): Promise<Finding[]> {
  for (const endpoint of endpoints) {
    endpoint.misbehaviour = (answer, _response, socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
  }
  let status = 200;
  for (let asked = 0; status === 200 && asked < 200; asked += 1) status = await statusNow(gateway, host);
  const since = performance.now();
  const seconds = (): number => (performance.now() - since) / 1000;
  const { ejected } = await gateway.sample();
  const during = status;
  while (status !== 200 && seconds() < TIME_WAIT + 30) {
    await delay(500);
    status = await statusNow(gateway, host);
  }
  const back = seconds();
  const { problems } = await gateway.sample();
  return [
    same("status when all ports are kept", during, 503),
    finding("endpoints ejected then", ejected, 0),
    { what: "serves again after", figure: `${back.toFixed(1)} s`, holds: status === 200 && back < TIME_WAIT + 5 },
    { what: "errors nobody caught", figure: problems.join("; ") || "none", holds: problems.length === 0 },
  ];
}

async function ask(gateway: GatewayUnderTest, host: string): Promise<Ended> {
  const client = await open(gateway.http, false, host);
  client.socket.write(`GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  return client;
}

async function statusNow(gateway: GatewayUnderTest, host: string): Promise<number> {
  const client = await ask(gateway, host);
  await until(() => statusOf(client) > 0 || client.closed);
  client.socket.destroy();
  return statusOf(client);
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds() && performance.now() < end) await delay(10);
}

function same(what: string, figure: number, expected: number): Finding {
  return { what, figure: `${figure} of ${expected}`, holds: figure === expected };
}
