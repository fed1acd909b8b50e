import { once } from "node:events";
import { createServer } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`;

test("is spoken to in TLS, its connection kept, whoever signed its certificate", async () => {
  const { issue } = await testAuthority();
  const upstream = await RecordingUpstream.start({ tls: await issue("pod.internal") });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https" }] });
  const client = await RawClient.open(gateway.http);
  for (const path of ["/1", "/2"]) {
    client.write(ask(path));
    expect((await client.response()).body.toString()).toBe(path);
  }
  expect(upstream.connections.length).toBe(1);
  expect(values(upstream.requests[0] as never, "x-forwarded-proto")).toEqual(["http"]);
});

test("never falls back to plain text: an upstream without TLS is a 502", async () => {
  const asked: (string | undefined)[] = [];
  const upstream = await nodeUpstream((request, response) => {
    asked.push(request.url);
    response.end();
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https" }] });
  const client = await RawClient.open(gateway.http);
  client.write(ask("/secret"));
  expect((await client.response()).status).toBe(502);
  expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_tls_failed");
  expect(asked).toEqual([]);
});

test("the handshake names the host the client asked for, or none; never an address", async () => {
  const { issue } = await testAuthority();
  const pair = await issue("pod.internal");
  const server = createServer({ cert: pair.chain, key: pair.privateKey }, (socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const names: unknown[] = [];
  server.on("secureConnection", (socket) => names.push(socket.servername));
  const gateway = await startDataPlane({
    routes: [{ to: { port: (server.address() as { port: number }).port }, protocol: "https" }],
  });
  const client = await RawClient.open(gateway.http);
  client.write(ask("/x"));
  expect((await client.response()).status).toBe(200);
  expect(names).toHaveLength(1);
  expect(String(names[0])).not.toMatch(/^[0-9.]+$/);
});
