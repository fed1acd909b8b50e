import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Processes } from "../../src/processes/processes.ts";
import { StreamSockets } from "../../src/processes/stream-sockets.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { snapshotOfStreams, type StreamSketch, tcpUpstream } from "../support/start-streams.ts";
import { StreamClient } from "../support/stream-client.ts";
import { UdpPeer } from "../support/udp-peer.ts";
import { Waiting } from "../support/waiting.ts";

interface Running {
  readonly processes: Processes;
  readonly port: (name: string) => number;
  readonly apply: (...streams: readonly StreamSketch[]) => void;
  readonly lines: readonly string[];
  readonly problems: readonly string[];
  readonly until: (what: string, ready: () => boolean) => Promise<void>;
}

/** Two workers that serve these on loopback. */
async function start(streams: readonly StreamSketch[]): Promise<Running> {
  const lines: string[] = [];
  const problems: string[] = [];
  const waiting = new Waiting();
  const note = (list: string[]) => (text: string) => {
    list.push(text);
    waiting.changed();
  };
  const processes = new Processes({
    workers: { count: 2, accessLog: { format: "json", colours: false }, onLine: note(lines) },
    streams: { host: "127.0.0.1" },
    data: {},
    defaultCertificate: () => Promise.reject(new Error("no TLS here")),
    onProblem: note(problems),
    onHealthChange: () => {},
  });
  const apply = (...next: readonly StreamSketch[]): void => processes.apply(snapshotOfStreams(next));
  apply(...streams);
  onTestFinished(() => processes.close());
  await processes.listen();
  return {
    processes,
    port: (name) => processes.streamStatus().find(({ stream }) => stream === name)?.port ?? 0,
    apply,
    lines,
    problems,
    until: (what, ready) => waiting.until(what, ready),
  };
}

const echo = (name = "") =>
  tcpUpstream((socket) => {
    socket.on("data", (piece) => socket.write(Buffer.concat([Buffer.from(name), piece])));
    socket.on("end", () => socket.end());
  });

/** Many, so that each worker has some. */
async function open(port: number, count: number): Promise<StreamClient[]> {
  return Promise.all(Array.from({ length: count }, () => StreamClient.open(port)));
}

/** A bound port is listened on as soon as a worker has heard of it. */
async function openSoon(port: number, count: number): Promise<StreamClient[]> {
  while ((await StreamClient.open(port).catch(() => null)) === null);
  return open(port, count);
}

async function talk(clients: readonly StreamClient[], text: string): Promise<void> {
  await Promise.all(clients.map((client) => client.send(text).untilReceived(text)));
}

test("TCP services are served by all workers; replacing and killing them keeps what is established elsewhere and all that comes", async () => {
  const { processes, port, lines, until } = await start([{ to: [await echo()] }]);
  const before = await open(port("tcp 0"), 16);
  await talk(before, "1");
  await processes.replace();
  await talk(before, "2");
  const after = await open(port("tcp 0"), 16);
  await talk(after, "3");
  expect(processes.workerStatus().filter(({ state }) => state === "retiring")).toHaveLength(2);

  const killed = processes.workerStatus().find(({ state }) => state === "serving");
  process.kill(killed?.process ?? 0, "SIGKILL");
  const meanwhile = await open(port("tcp 0"), 16);
  await talk(meanwhile, "4");
  await talk(before, "5");
  for (const client of [...before, ...meanwhile]) client.socket.end();
  await until("a line for each", () => lines.length >= 32);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ protocol: "TCP", port: 0, flags: [] });
  const drained = processes.drain({ grace: 60_000 });
  for (const client of after) client.socket.end();
  await drained;
  await expect(StreamClient.open(port("tcp 0"))).rejects.toThrow();
});

test("ports come and go with the snapshot, and what is established stays", async () => {
  const { processes, apply, port, problems } = await start([]);
  const upstream = await echo();
  apply({ to: [upstream] });
  while (port("tcp 0") === 0) await new Promise((resolve) => setImmediate(resolve));
  const tcp = port("tcp 0");
  const clients = await openSoon(tcp, 8);
  await talk(clients, "1");
  apply({ protocol: "udp", to: [await UdpPeer.echo("a")] });
  while (port("udp 0") === 0) await new Promise((resolve) => setImmediate(resolve));
  await talk(clients, "2");
  expect(processes.streamStatus().map(({ stream }) => stream)).toEqual(["udp 0"]);
  // Sockets are closed by three processes.
  while ((await StreamClient.open(tcp).catch(() => null)) !== null);
  const client = await UdpPeer.open();
  client.send("x", port("udp 0"));
  expect(await client.untilReceived(1)).toBe("a:x");
  // Who comes back is served again.
  apply({ port: tcp, to: [upstream] });
  while (port(`tcp ${tcp}`) === 0) await new Promise((resolve) => setImmediate(resolve));
  await talk(await openSoon(tcp, 8), "3");
  expect(problems).toEqual([]);
});

test("a UDP client stays with one worker; one that is replaced still answers, and one that is killed does not lose the port", async () => {
  const held: (() => void)[] = [];
  const sources: number[] = [];
  const asked = new Waiting();
  const upstream = await UdpPeer.open((datagram, from, socket) => {
    const answer = (): void => socket.send(datagram, from.port, from.address);
    sources.push(from.port);
    if (datagram !== "late") return answer();
    held.push(answer);
    asked.changed();
  });
  const { processes, port } = await start([{ protocol: "udp", to: [upstream] }]);
  const clients = await Promise.all(Array.from({ length: 12 }, () => UdpPeer.open()));
  const send = (text: string): void => clients.forEach((client) => void client.send(text, port("udp 0")));
  const received = (count: number) => Promise.all(clients.map((client) => client.untilReceived(count)));
  for (let count = 1; count <= 2; count += 1) {
    send("x");
    await received(count);
  }
  send("late");
  await asked.until("all questions", () => held.length === clients.length);
  expect(new Set(sources).size).toBe(clients.length);
  await processes.replace();
  for (const answer of held) answer();
  expect(new Set(await received(3))).toEqual(new Set(["late"]));
  send("x");
  await received(4);
  const killed = processes.workerStatus().find(({ state }) => state === "serving");
  process.kill(killed?.process ?? 0, "SIGKILL");
  send("x");
  await received(5);
});

test("busy ports are told once, and bound for each worker when they are free", async () => {
  const tcp = createServer().listen(0, "127.0.0.1");
  const udp = createSocket("udp4").bind(0, "127.0.0.1");
  await Promise.all([once(tcp, "listening"), once(udp, "listening")]);
  const { port } = tcp.address() as AddressInfo;
  const udpPort = udp.address().port;
  const clock = new ManualClock();
  const problems: string[] = [];
  const bound: string[] = [];
  const both = Promise.withResolvers<void>();
  const sockets = new StreamSockets({
    host: "127.0.0.1",
    count: 3,
    clock,
    onProblem: (message) => {
      if (problems.push(message) === 4) both.resolve();
    },
    onBound: (stream, handles) => bound.push(`${stream} for ${[...handles.keys()].join(" ")}`),
  });
  onTestFinished(() => sockets.close());
  const { streams = [] } = snapshotOfStreams([
    { port, to: [] },
    { protocol: "udp", port: udpPort, to: [] },
  ]);
  await sockets.follow(streams);
  const why = "is busy: not served; it is tried again every 5 seconds";
  expect(problems.toSorted()).toEqual([
    `TCP port ${port} of ConfigMap shop/tcp-services ${why}`,
    `UDP port ${udpPort} of ConfigMap shop/udp-services ${why}`,
  ]);
  expect(sockets.of(1).size).toBe(0);
  await Promise.all([new Promise((resolve) => tcp.close(resolve)), new Promise<void>((resolve) => udp.close(resolve))]);
  clock.advance(6_000);
  await both.promise;
  expect(bound.toSorted()).toEqual([`tcp ${port} for 1 2 3`, `udp ${udpPort} for 1 2 3`]);
  expect([...sockets.of(3).keys()].toSorted()).toEqual([`tcp ${port}`, `udp ${udpPort}`]);
  await sockets.follow([]);
  expect(sockets.of(3).size).toBe(0);
});
