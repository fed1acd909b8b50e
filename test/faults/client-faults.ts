// F19 to F30: clients that vanish, dribble, flood, do not read, or speak something else, beside others that behave.
import { setTimeout as delay } from "node:timers/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { closeAll, countClosed, open, openMany, statusOf } from "./attackers.ts";
import { allRight, type Bed, type Fault, finding, type Finding, HOST } from "./bed.ts";
import { rapidReset } from "./rapid-reset.ts";
import { expectedAnswer } from "./steady-load.ts";
import { canMakeNetworks } from "./network.ts";
import { VanishingClients } from "./vanishing-clients.ts";

const GET = `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n`;
const MEBIBYTE = 1024 * 1024;

/** Runs an attack beside clients that behave. @returns the attack's findings and that nobody was harmed */
async function beside(bed: Bed, attack: () => Promise<Finding[]>): Promise<Finding[]> {
  const load = bed.load();
  const findings = await attack();
  return [...findings, allRight("good clients meanwhile", await load.stop())];
}

export const clientFaults: readonly Fault[] = [
  {
    name: "F19",
    title: "clients vanish without a FIN",
    missing: () => (canMakeNetworks() ? null : "needs root and `ip netns`"),
    run: (bed) =>
      beside(bed, async () => {
        const clients = await VanishingClients.open(bed, 200);
        const before = (await bed.gateway.sample()).connections;
        clients.vanish();
        const began = performance.now();
        let left = before;
        // The behaving clients keep about ten connections.
        while ((left = (await bed.gateway.sample()).connections) > 20 && performance.now() - began < 90_000)
          await delay(500);
        const seconds = (performance.now() - began) / 1000;
        clients.close();
        return [
          { what: "had connections", figure: String(before), holds: before >= 200 },
          {
            what: "all reaped",
            figure: `${left} left after ${seconds.toFixed(0)} s`,
            holds: left <= 20 && seconds <= 90,
          },
        ];
      }),
  },
  {
    name: "F20",
    title: "requests that come an octet at a time",
    run: (bed) =>
      beside(bed, async () => {
        const body = "0123456789";
        const text = `POST /slow HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
        const clients = await openMany(50, bed.gateway.http);
        for (const octet of text) {
          for (const { socket } of clients) socket.write(octet);
          await delay(1);
        }
        await delay(500);
        const right = clients.filter((client) => client.text.endsWith(expectedAnswer("slow", Buffer.from(body))));
        return [finding("answered wrongly", clients.length - right.length, 0)];
      }),
  },
  {
    name: "F22",
    title: "clients that leave in the middle of an upload or a download, 4,000 times",
    run: (bed) =>
      beside(bed, async () => {
        for (let round = 0; round < 80; round++) {
          const clients = await openMany(50, bed.gateway.http);
          clients.forEach(({ socket }, index) => {
            if (index % 2 === 0)
              socket.write(`POST /x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100000\r\n\r\nxxxx`);
            else socket.write(`${GET}\r\n`);
          });
          await delay(5);
          clients.forEach(({ socket }, index) => (index % 4 < 2 ? socket.resetAndDestroy() : socket.destroy()));
        }
        await delay(500);
        const { active } = await bed.gateway.sample();
        return [finding("requests that upstreams still work on", active, 12)];
      }),
  },
  {
    name: "F23",
    title: "slow heads, slow bodies, slow readers: 1,200 connections",
    run: (bed) =>
      beside(bed, async () => {
        const heads = await openMany(600, bed.gateway.http);
        const bodies = await openMany(300, bed.gateway.http);
        const readers = await openMany(300, bed.gateway.http);
        for (const { socket } of heads) socket.write(GET);
        for (const { socket } of bodies)
          socket.write(`POST /x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1000000\r\n\r\nx`);
        for (const { socket } of readers) {
          socket.write(`${GET}\r\n`.repeat(200));
          socket.pause();
        }
        for (let turn = 0; turn < 16; turn++) {
          await delay(500);
          for (const { socket } of heads) socket.write("X: y\r\n");
        }
        const slow = [...heads, ...bodies];
        const result = [
          finding("slow heads left", heads.length - countClosed(heads), 0),
          finding("slow bodies left", bodies.length - countClosed(bodies), 0),
          finding("not told 408", slow.filter((client) => statusOf(client) !== 408).length, 0),
        ];
        closeAll(readers);
        return result;
      }),
  },
  {
    name: "F24",
    title: "200 clients that do not read 24 MiB each",
    run: (bed) =>
      beside(bed, async () => {
        const large = createServer((_request, response) => response.end(Buffer.alloc(24 * MEBIBYTE)));
        await new Promise<void>((resolve) => large.listen(0, "127.0.0.1", resolve));
        const other = `large.${HOST}`;
        bed.gateway.route([
          { host: HOST, endpoints: bed.endpoints.map(({ port }) => ({ port })) },
          { host: other, endpoints: [{ port: (large.address() as AddressInfo).port }] },
        ]);
        const before = await bed.gateway.sample();
        const clients = await openMany(200, bed.gateway.http);
        for (const { socket } of clients) {
          socket.pause();
          socket.write(`GET /x HTTP/1.1\r\nHost: ${other}\r\n\r\n`);
        }
        await delay(2_000);
        const { memory } = await bed.gateway.sample();
        const each = (memory - before.memory) / clients.length / 1024;
        const began = performance.now();
        let left = clients.length;
        // The behaving clients keep about ten connections.
        while ((left = (await bed.gateway.sample()).connections) > 20 && performance.now() - began < 30_000)
          await delay(500);
        const seconds = (performance.now() - began) / 1000;
        closeAll(clients);
        large.closeAllConnections();
        large.close();
        bed.route();
        return [
          {
            what: "memory for each",
            figure: `${each.toFixed(0)} KiB`,
            holds: each <= 256 + (64 * 1024) / clients.length,
          },
          { what: "all closed in time", figure: `${left} left after ${seconds.toFixed(0)} s`, holds: left <= 20 },
        ];
      }),
  },
  {
    name: "F25",
    title: "rapid reset over HTTP/2",
    run: (bed) =>
      beside(bed, async () => {
        const delivered = (): number =>
          bed.endpoints.reduce((sum, { deliveries }) => sum + (deliveries.get("reset") ?? 0), 0);
        let opened = 0;
        let ended = 0;
        const sessions = 10;
        for (let session = 0; session < sessions; session++) {
          const result = await rapidReset(bed.gateway.http, { path: "/reset", authority: HOST }, 1_000);
          opened += result.opened;
          if (result.goaway) ended += 1;
        }
        return [
          { what: "sessions ended by GOAWAY", figure: `${ended} of ${sessions}`, holds: ended === sessions },
          { what: "streams opened until then", figure: String(opened), holds: opened < sessions * 1_000 },
          finding("requests upstream for each stream", delivered() / opened, 0.05),
        ];
      }),
  },
  {
    name: "F26",
    title: "bombs: many fields, long fields, long targets, chunk extensions, chunks of one octet",
    run: (bed) =>
      beside(bed, async () => {
        const chunked = `POST /x HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`;
        const bombs: readonly (readonly [string, string, number])[] = [
          ["fields", `${GET}${"X: y\r\n".repeat(5_000)}\r\n`, 431],
          ["long field", `${GET}X: ${"y".repeat(100_000)}\r\n\r\n`, 431],
          ["long target", `GET /${"y".repeat(100_000)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 414],
          ["extensions", `${chunked}${`1;${"x".repeat(1_000)}\r\ny\r\n`.repeat(500)}0\r\n\r\n`, 413],
          ["chunks of one octet", `${chunked}${"1\r\ny\r\n".repeat(5_000)}0\r\n\r\n`, 200],
        ];
        const findings: Finding[] = [];
        for (const [what, octets, status] of bombs) {
          const before = (await bed.gateway.sample()).memory;
          const clients = await openMany(40, bed.gateway.http);
          for (const { socket } of clients) socket.write(octets);
          await delay(1_000);
          const grown = ((await bed.gateway.sample()).memory - before) / clients.length / 1024;
          const other = clients.filter((client) => statusOf(client) !== status).length;
          findings.push(finding(`${what}: not answered ${status}`, other, 0));
          findings.push(finding(`${what}: KiB for each`, Math.max(0, grown), 128 + (16 * 1024) / clients.length));
          closeAll(clients);
        }
        return findings;
      }),
  },
  {
    name: "F29",
    title: "WebSockets: 1,000 idle, storms of opening and closing, large frames, a refused upgrade",
    run: (bed) => beside(bed, () => webSockets(bed)),
  },
  {
    name: "F30",
    title: "on the TLS port: garbage, plain HTTP, handshakes that stall",
    run: (bed) =>
      beside(bed, async () => {
        const garbage = await openMany(200, bed.gateway.https);
        for (const { socket } of garbage) socket.write(Buffer.from("\x00\xff garbage \x16\x03".repeat(20), "latin1"));
        const plain = await openMany(50, bed.gateway.https);
        for (const { socket } of plain) socket.write(`${GET}\r\n`);
        const silent = await openMany(200, bed.gateway.https);
        await delay(12_500);
        return [
          finding("garbage left", garbage.length - countClosed(garbage), 0),
          finding("plain HTTP left", plain.length - countClosed(plain), 0),
          finding("stalled handshakes left", silent.length - countClosed(silent), 0),
        ];
      }),
  },
];

async function webSockets(bed: Bed): Promise<Finding[]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", maxPayload: 1224 * MEBIBYTE });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data) => socket.send(data));
  });
  const other = `ws.${HOST}`;
  bed.gateway.route([
    { host: HOST, endpoints: bed.endpoints.map(({ port }) => ({ port })) },
    { host: other, endpoints: [{ port: (server.address() as AddressInfo).port }] },
  ]);
  const url = `ws://127.0.0.1:${bed.gateway.http}/`;
  const start = (): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers: { host: other }, maxPayload: 1224 * MEBIBYTE });
      socket.on("error", reject);
      socket.on("open", () => resolve(socket));
    });
  const before = await bed.gateway.sample();
  const idle: WebSocket[] = [];
  for (let count = 0; count < 1_000; count += 50) idle.push(...(await Promise.all(Array.from({ length: 50 }, start))));
  const after = await bed.gateway.sample();
  for (let round = 0; round < 20; round++) {
    const storm = await Promise.all(Array.from({ length: 50 }, start));
    for (const [index, socket] of storm.entries()) {
      if (index % 2 === 0) socket.terminate();
      else socket.close();
    }
  }
  const large = await start();
  const frame = Buffer.alloc(16 * MEBIBYTE, "frame");
  const echoed = new Promise<Buffer>((resolve) => large.once("message", (data) => resolve(data as Buffer)));
  large.send(frame);
  const whole = (await echoed).equals(frame);
  const refused = await open(bed.gateway.http);
  refused.socket.write(
    `GET /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await delay(300);
  const alive = idle.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  for (const socket of [...idle, large]) socket.terminate();
  refused.socket.destroy();
  for (const client of server.clients) client.terminate();
  server.close();
  bed.route();
  const each = (after.memory - before.memory) / idle.length / 1024;
  return [
    finding("idle ones that were closed", idle.length - alive, 0),
    { what: "a frame of 16 MiB came back whole", figure: String(whole), holds: whole },
    { what: "memory for each idle one", figure: `${each.toFixed(0)} KiB`, holds: each < 100 },
    {
      what: "an upgrade that the upstream does not want is an answer",
      figure: String(statusOf(refused)),
      holds: statusOf(refused) === 200,
    },
  ];
}
