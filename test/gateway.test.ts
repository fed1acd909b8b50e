import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DevelopmentAuthority } from "../src/certificates/development-authority.ts";
import type { Exchange } from "../src/data-plane/exchange/exchange.ts";
import type { HealthChange } from "../src/data-plane/upstreams/health/ejection.ts";
import type { UpstreamStatus } from "../src/data-plane/upstreams/upstream-status.ts";
import type { GatewayOptions } from "../src/gateway.ts";
import { ingress, service } from "./cli/manifests.ts";
import { type FolderGateway, LOOPBACK, startFolderGateway } from "./support/folder-gateway.ts";
import { closedPort, nodeUpstream } from "./support/servers.ts";
import { ask } from "./telemetry/ask.ts";

/** An upstream that answers with a word and the path. */
async function upstream(word: string): Promise<number> {
  return (await nodeUpstream((request, response) => response.end(`${word} ${request.url}`))).port;
}

/** A gateway with every port but that of TLS. */
function start(manifest: string, options: Partial<GatewayOptions> = {}): Promise<FolderGateway> {
  return startFolderGateway({ "m.yaml": manifest }, { admin: LOOPBACK, health: LOOPBACK, ...options });
}

const host = (name: string): { headers: Readonly<Record<string, string>> } => ({ headers: { host: name } });

test("a folder is served: a wildcard host, from the first moment", async () => {
  const manifest = service("web", 80, await upstream("one")) + ingress({ host: "*.apps.example.com" });
  const finished: Exchange[] = [];
  const { gateway, http } = await start(manifest, { onFinished: (exchange) => finished.push(exchange) });
  expect(await ask(http, "/x", host("any.apps.example.com"))).toMatchObject({ status: 200, body: "one /x" });
  expect((await ask(http, "/x", host("apps.example.com"))).status).toBe(404);
  expect(gateway.ports.https).toBeNull();
  expect(gateway.diagnostics).toEqual([]);
  expect(finished.map(({ record }) => [record.status, record.failure])).toEqual([
    [200, null],
    [404, "no_route"],
  ]);
  // The log's byte counts are those of the content: "one /x".
  expect(finished[0]?.record).toMatchObject({ requestBytes: 0, responseBytes: 6 });
  expect(finished[0]?.record.route?.origin).toMatchObject({ namespace: "default", name: "web" });
});

test("an edit of the folder goes live, and an open connection stays", async () => {
  const [one, two] = await Promise.all([upstream("one"), upstream("two")]);
  const { gateway, http, until, write } = await start(service("web", 80, one) + ingress());
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());

  const first = await askOn(agent, http, "shop.example.com");
  expect(first.body).toBe("one /");
  const before = gateway.snapshot.revision;
  await write("m.yaml", service("web", 80, two) + ingress());
  await until("another snapshot", () => gateway.snapshot.revision !== before);
  const second = await askOn(agent, http, "shop.example.com");
  expect(second.body).toBe("two /");
  expect(second.socket).toBe(first.socket);
});

/** One request on the agent's only connection. */
function askOn(agent: Agent, port: number, host: string): Promise<{ body: string; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent, host: "127.0.0.1", port, path: "/", headers: { host } }, (response) => {
      const { socket } = response;
      let body = "";
      response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      response.on("end", () => resolve({ body, socket }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("https: every host gets a certificate of the development authority", async () => {
  const state = await mkdtemp(path.join(tmpdir(), "ts-ingress-state-"));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const authority = await DevelopmentAuthority.open(state);
  const manifest = service("web", 80, await upstream("one")) + ingress();
  const { https } = await start(manifest, {
    https: LOOPBACK,
    defaultCertificate: (serverName) => authority.issue([serverName ?? "localhost"]),
  });
  const status = await new Promise<number>((resolve, reject) => {
    const sent = httpsRequest(
      {
        host: "127.0.0.1",
        port: https,
        servername: "shop.example.com",
        headers: { host: "shop.example.com" },
        ca: readFileSync(authority.certificateFile),
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on("error", reject);
    sent.end();
  });
  expect(status).toBe(200);
});

test("a Service without endpoints answers 503, and the window says why", async () => {
  const manifest = (service("web").split("---\napiVersion: discovery")[0] ?? "") + ingress();
  const { gateway, http, admin } = await start(manifest);
  expect((await ask(http, "/", host("shop.example.com"))).status).toBe(503);
  expect(gateway.diagnostics.map(({ code }) => code)).toEqual(["ServiceWithoutEndpoints"]);
  const answer = await ask(admin, "/routes?host=shop.example.com");
  expect((JSON.parse(answer.body) as { problem: string }).problem).toContain("503");
});

test("an endpoint that fails is told of, and seen in the window", async () => {
  const { port: closed } = await closedPort();
  const second = (service("web", 80, closed).split("---\n")[2] ?? "").replace("name: web-1", "name: web-2");
  const manifest = `${service("web", 80, await upstream("one"))}---\n${second}${ingress()}`;
  const changes: HealthChange[] = [];
  const { http, admin } = await start(manifest, { onHealthChange: (change) => void changes.push(change) });
  for (let count = 0; count < 12; count++) {
    expect((await ask(http, "/", host("shop.example.com"))).status).toBe(200);
  }
  expect(changes).toMatchObject([{ kind: "ejected", endpoint: `127.0.0.1:${closed}`, failure: "connect_failed" }]);
  const [status] = JSON.parse((await ask(admin, "/upstreams")).body) as UpstreamStatus[];
  expect(status?.endpoints.find(({ ejected }) => ejected)?.endpoint).toBe(`127.0.0.1:${closed}`);
});

test("ready while serving, not while draining; then nothing listens", async () => {
  const { gateway, http, admin, health } = await start(service("web") + ingress());
  expect((await ask(health, "/readyz")).status).toBe(200);
  expect((await ask(admin, "/readyz")).status).toBe(200);
  await gateway.drain(0);
  expect((await ask(health, "/readyz")).status).toBe(503);
  expect((await ask(health, "/livez")).status).toBe(200);
  await gateway.close();
  await gateway.close();
  for (const closed of [http, admin, health]) await expect(ask(closed, "/")).rejects.toThrow("ECONNREFUSED");
});

test("a busy port is the system's error, and nothing is left running", async () => {
  const busy = await upstream("busy");
  const { port: health } = await closedPort();
  const manifest = service("web") + ingress();
  await expect(
    start(manifest, { http: { host: "127.0.0.1", port: busy }, health: { host: "127.0.0.1", port: health } }),
  ).rejects.toMatchObject({ code: "EADDRINUSE", port: busy });
  await expect(ask(health, "/livez")).rejects.toThrow("ECONNREFUSED");
});

test("https without a default certificate of one's own: the gateway makes one, for every client the same", async () => {
  const { https } = await start(service("web", 80, await upstream("hello")) + ingress(), { https: LOOPBACK });
  const presented = (servername: string): Promise<[name: unknown, fingerprint: string]> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ port: https, servername, rejectUnauthorized: false }, () => {
        const { subject, fingerprint256 } = socket.getPeerCertificate();
        socket.destroy();
        resolve([subject.CN, fingerprint256]);
      });
      socket.on("error", reject);
    });
  const [name, fingerprint] = await presented("shop.example.com");
  expect(name).toBe("ts-ingress default certificate");
  expect((await presented("other.example.com"))[1]).toBe(fingerprint);
});
