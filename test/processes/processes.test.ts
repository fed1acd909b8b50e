import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect as connectTls } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";
import type { GatewayOptions } from "../../src/gateway.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { ingress, service } from "../cli/manifests.ts";
import { type FolderGateway, LOOPBACK, startFolderGateway } from "../support/folder-gateway.ts";
import { RawClient } from "../support/raw-client.ts";
import { ReplaceLoad } from "../support/replace-load.ts";
import { closedPort, nodeUpstream } from "../support/servers.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";
const headers = { host: HOST };

/** Two workers in front of the port, and all that tells of them. */
function start(port: number, options: Partial<GatewayOptions> = {}): Promise<FolderGateway> {
  return startFolderGateway(
    { "m.yaml": service("web", 80, port) + ingress() },
    {
      health: LOOPBACK,
      admin: LOOPBACK,
      workers: { count: 2, accessLog: { format: "json", colours: false } },
      ...options,
    },
  );
}

const hello: RequestListener = (_request, response) => response.end("hello");

test("two processes serve one port, alike, and tell of each request and each endpoint", async () => {
  const { port } = await nodeUpstream(hello);
  const { gateway, http, health, admin, lines, until } = await start(port);
  for (let count = 0; count < 40; count += 1) expect((await ask(http, "/", { headers })).body).toBe("hello");
  await until("forty lines", () => lines.length === 40);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ host: HOST, status: 200, ingress: "web" });
  expect(gateway.workers.map(({ worker, state }) => [worker, state])).toEqual([
    [1, "serving"],
    [2, "serving"],
  ]);
  expect((await ask(health, "/readyz")).status).toBe(200);
  const upstreams = JSON.parse((await ask(admin, "/upstreams")).body) as { requests: number }[];
  expect(upstreams).toMatchObject([{ requests: 40 }]);
  expect(JSON.parse((await ask(admin, "/workers")).body)).toHaveLength(2);
});

test("a change reaches every worker; a worker that is killed is replaced, and connections meanwhile wait for it", async () => {
  const { port } = await nodeUpstream(hello);
  const { gateway, http, problems, until, write } = await start(port);
  const other = { headers: { host: "new.example.com" } };
  expect((await ask(http, "/", other)).status).toBe(404);
  await write("new.yaml", ingress({ name: "new", host: "new.example.com" }));
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
  const { port, server } = await nodeUpstream((request, response) => {
    if (request.url !== "/download") return void response.end("hello");
    response.write("begun ");
    downloading.resolve(() => response.end("and ended"));
  });
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  const { gateway, http, problems } = await start(port);
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
  const { port } = await nodeUpstream((_request, response) => held.resolve(() => response.end("late")));
  const { gateway, http, health } = await start(port);
  const open = ask(http, "/", { headers });
  const answer = await held.promise;
  const drained = gateway.drain(60_000);
  expect((await ask(health, "/readyz")).status).toBe(503);
  answer();
  expect((await open).body).toBe("late");
  await drained;
  await expect(ask(http, "/", { headers })).rejects.toThrow("ECONNREFUSED");
  expect(gateway.workers).toEqual([]);
});

test("certificates that the primary makes reach clients of the workers", async () => {
  const { https } = await start((await nodeUpstream(hello)).port, { https: LOOPBACK });
  const names = await Promise.all(
    ["a.example", "b.example", "c.example"].map(async (servername) => {
      const socket = connectTls({ port: https, servername, rejectUnauthorized: false });
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
  const { port } = await closedPort();
  let stolen: Promise<void> | undefined;
  // Asked by both workers, when the port is bound and nobody listens yet.
  const defaultCertificate = async (): Promise<CertificatePair> => {
    await (stolen ??= new Promise((resolve) => thief.listen(port, "127.0.0.1", resolve)));
    return makeDefaultCertificate();
  };
  const starting = start(port, { https: { host: "127.0.0.1", port }, defaultCertificate });
  await expect(starting).rejects.toMatchObject({ code: "EADDRINUSE", syscall: "listen", address: "127.0.0.1", port });
});

test("a busy port is the system's error, and no process is left", async () => {
  const { port } = await nodeUpstream(hello);
  await expect(start(port, { http: { host: "127.0.0.1", port } })).rejects.toMatchObject({
    code: "EADDRINUSE",
    syscall: "listen",
  });
});
