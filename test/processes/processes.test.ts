import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect as connectTls } from "node:tls";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { startGateway, type Gateway, type GatewayOptions } from "../../src/gateway.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import type { WorkersOptions } from "../../src/processes/processes.ts";
import { ingress, service } from "../cli/manifests.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { RawClient } from "../support/raw-client.ts";
import { ReplaceLoad } from "../support/replace-load.ts";
import { Waiting } from "../support/waiting.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";
const headers = { host: HOST };

interface Running {
  readonly gateway: Gateway;
  readonly http: number;
  readonly folder: string;
  readonly lines: readonly string[];
  readonly problems: readonly string[];
  /** Waits until something that lines and problems are about is so. */
  readonly until: (what: string, ready: () => boolean) => Promise<void>;
}

async function start(
  upstream: Server,
  workers: Partial<WorkersOptions> = {},
  options: Partial<GatewayOptions> = {},
): Promise<Running> {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const { port } = upstream.address() as AddressInfo;
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, port) + ingress() });
  const lines: string[] = [];
  const problems: string[] = [];
  const waiting = new Waiting();
  const gateway = await startGateway({
    sources: [new ManifestFolder(folder)],
    translate: { ingressClasses: ["ts-ingress"], serveWithoutClass: true, maps: [], allowLoopbackNames: true },
    quiet: 1,
    http: { host: "127.0.0.1", port: 0 },
    health: { host: "127.0.0.1", port: 0 },
    admin: { port: 0 },
    allowLoopbackNames: true,
    workers: {
      count: 2,
      accessLog: { format: "json", colours: false },
      onLine: (line) => {
        lines.push(line);
        waiting.changed();
      },
      ...workers,
    },
    onProblem: (message) => {
      problems.push(message);
      waiting.changed();
    },
    onPublished: () => waiting.changed(),
    ...options,
  });
  onTestFinished(() => gateway.close());
  const until = (what: string, ready: () => boolean): Promise<void> => waiting.until(what, ready);
  return { gateway, http: gateway.ports.http ?? 0, folder, lines, problems, until };
}

const hello = (): Server => createServer((_request, response) => response.end("hello"));

test("two processes serve one port, alike, and tell of each request and each endpoint", async () => {
  const { gateway, http, lines, until } = await start(hello());
  for (let count = 0; count < 40; count += 1) expect((await ask(http, "/", { headers })).body).toBe("hello");
  await until("forty lines", () => lines.length === 40);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ host: HOST, status: 200, ingress: "web" });
  expect(gateway.workers.map(({ worker, state }) => [worker, state])).toEqual([
    [1, "serving"],
    [2, "serving"],
  ]);
  expect((await ask(gateway.ports.health ?? 0, "/readyz")).status).toBe(200);
  const upstreams = JSON.parse((await ask(gateway.ports.admin ?? 0, "/upstreams")).body) as { requests: number }[];
  expect(upstreams).toMatchObject([{ requests: 40 }]);
  expect(JSON.parse((await ask(gateway.ports.admin ?? 0, "/workers")).body)).toHaveLength(2);
});

test("a change reaches every worker; a worker that is killed is replaced, and connections meanwhile wait for it", async () => {
  const { gateway, http, folder, problems, until } = await start(hello());
  const other = { headers: { host: "new.example.com" } };
  expect((await ask(http, "/", other)).status).toBe(404);
  await writeFile(path.join(folder, "new.yaml"), ingress({ name: "new", host: "new.example.com" }));
  await until("the new host", () => gateway.snapshot.virtualHosts.length === 2);
  // Messages and connections are different ways to a worker, so that each may be the first.
  const statuses = async (): Promise<number[]> =>
    (await Promise.all(Array.from({ length: 20 }, () => ask(http, "/", other)))).map(({ status }) => status);
  while ((await statuses()).includes(404));
  const [first] = gateway.workers;
  process.kill(first?.process ?? 0, "SIGKILL");
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(http, "/", other).catch(() => null)));
  // What was in the hands of the killed one is lost; nothing else is, and all who came later were waited for.
  await until("its end", () => problems.some((problem) => problem.includes("ended (SIGKILL)")));
  expect(answers.filter((answer) => answer !== null).map(({ status }) => status)).not.toContain(404);
  const later = await statuses();
  expect(later).toEqual(later.map(() => 200));
  expect(gateway.workers.map(({ process: pid }) => pid)).not.toContain(first?.process);
});

test("workers are replaced under load of short and of long connections, a WebSocket-like tunnel and a download, and nothing is lost", async () => {
  const downloading = Promise.withResolvers<() => void>();
  const upstream = createServer((request, response) => {
    if (request.url !== "/download") return void response.end("hello");
    response.write("begun ");
    downloading.resolve(() => response.end("and ended"));
  });
  upstream.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  const { gateway, http, problems } = await start(upstream);
  const before = gateway.workers.map(({ process: pid }) => pid);
  const tunnel = await RawClient.open(http);
  tunnel.write(`GET /echo HTTP/1.1\r\nHost: ${HOST}\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n`);
  await tunnel.until("101", (received) => received.includes("\r\n\r\n"));
  const download = ask(http, "/download", { headers });
  const finish = await downloading.promise;

  const load = new ReplaceLoad(http, HOST, 4, 8);
  for (let round = 0; round < 2; round += 1) {
    await load.more(50);
    await gateway.replaceWorkers();
  }
  await load.more(50);
  const outcome = await load.stop();
  expect(outcome.lost).toEqual([]);
  tunnel.write("still there");
  await tunnel.until("the echo", (received) => received.includes("still there"));
  finish();
  expect((await download).body).toBe("begun and ended");
  const after = gateway.workers.filter(({ state }) => state === "serving").map(({ process: pid }) => pid);
  expect(after).toHaveLength(2);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  expect(problems).toEqual([]);
});

test("draining: not ready at once, a request in flight is finished, then nothing listens", async () => {
  const held = Promise.withResolvers<() => void>();
  const { gateway, http } = await start(createServer((_request, response) => held.resolve(() => response.end("late"))));
  const open = ask(http, "/", { headers });
  const answer = await held.promise;
  const drained = gateway.drain(60_000);
  expect((await ask(gateway.ports.health ?? 0, "/readyz")).status).toBe(503);
  answer();
  expect((await open).body).toBe("late");
  await drained;
  await expect(ask(http, "/", { headers })).rejects.toThrow("ECONNREFUSED");
  expect(gateway.workers).toEqual([]);
});

test("certificates that the primary makes reach clients of the workers", async () => {
  const { gateway } = await start(hello(), {}, { https: { host: "127.0.0.1", port: 0 } });
  const names = await Promise.all(
    ["a.example", "b.example", "c.example"].map(async (servername) => {
      const socket = connectTls({ port: gateway.ports.https ?? 0, servername, rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    }),
  );
  expect(names).toEqual(names.map(() => "ts-ingress default certificate"));
});

test("a port that somebody takes while workers start is the system's error too", async () => {
  const thief = createServer();
  onTestFinished(() => void thief.close());
  const port = await freePort();
  let stolen: Promise<void> | undefined;
  // Asked by both workers, when the port is bound and nobody listens yet.
  const defaultCertificate = async (): Promise<CertificatePair> => {
    await (stolen ??= new Promise((resolve) => thief.listen(port, "127.0.0.1", resolve)));
    return makeDefaultCertificate();
  };
  const starting = start(hello(), {}, { https: { host: "127.0.0.1", port }, defaultCertificate });
  await expect(starting).rejects.toMatchObject({ code: "EADDRINUSE", syscall: "listen", address: "127.0.0.1", port });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a busy port is the system's error, and no process is left", async () => {
  const busy = hello();
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void busy.close());
  const { port } = busy.address() as AddressInfo;
  await expect(start(hello(), {}, { http: { host: "127.0.0.1", port } })).rejects.toMatchObject({
    code: "EADDRINUSE",
    syscall: "listen",
  });
});
