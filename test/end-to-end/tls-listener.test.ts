import { X509Certificate } from "node:crypto";
import { connect as connectPlain } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { certificateFor, testAuthority } from "../support/test-authority.ts";

async function start() {
  const { ca, issue } = await testAuthority();
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({
    routes: [{ to: upstream }, { host: "a.wild.example", to: upstream }],
    defaultCertificate: await issue("default.example"),
    certificates: [
      certificateFor(["test.example"], await issue("test.example")),
      certificateFor(["*.wild.example"], await issue("*.wild.example")),
    ],
  });
  return { ca, upstream, gateway };
}

async function shownFor(port: number, servername?: string): Promise<string> {
  const socket = connect({
    port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ...(servername === undefined ? {} : { servername }),
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return new X509Certificate(socket.getPeerCertificate().raw).subjectAltName ?? "";
}

test("a request over TLS is served, and the upstream told so", async () => {
  const { ca, upstream, gateway } = await start();
  const client = await RawClient.open(gateway.https, {
    tls: { ca, servername: "test.example", ALPNProtocols: ["http/1.1"] },
  });
  expect((client.socket as TLSSocket).authorized).toBe(true);
  expect((client.socket as TLSSocket).alpnProtocol).toBe("http/1.1");
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).body.toString()).toBe("/x");
  const request = await upstream.nextRequest();
  expect([values(request, "x-forwarded-proto"), values(request, "x-forwarded-port")]).toEqual([
    ["https"],
    [String(gateway.https)],
  ]);
});

test("the certificate goes by the name in the handshake: exact, wildcard, else the default", async () => {
  const { gateway } = await start();
  expect(await shownFor(gateway.https, "test.example")).toBe("DNS:test.example");
  expect(await shownFor(gateway.https, "TEST.example")).toBe("DNS:test.example");
  expect(await shownFor(gateway.https, "a.wild.example")).toBe("DNS:*.wild.example");
  expect(await shownFor(gateway.https, "a.b.wild.example")).toBe("DNS:default.example");
  expect(await shownFor(gateway.https, "unknown.example")).toBe("DNS:default.example");
  expect(await shownFor(gateway.https)).toBe("DNS:default.example");
});

test("TLS 1.3 and 1.2 are spoken, 1.1 is not", async () => {
  const { ca, gateway } = await start();
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const client = await RawClient.open(gateway.https, {
      tls: { ca, servername: "test.example", minVersion: version, maxVersion: version },
    });
    expect((client.socket as TLSSocket).getProtocol()).toBe(version);
  }
  const old = RawClient.open(gateway.https, {
    tls: {
      ca,
      servername: "test.example",
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    },
  });
  await expect(old).rejects.toThrow(/version|protocol/i);
});

test("plain HTTP on the TLS port is told so, is no request, and harms nobody else", async () => {
  const { ca, gateway, upstream } = await start();
  const plain = await RawClient.open(gateway.https);
  plain.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  const answer = await plain.response();
  expect([answer.status, answer.body.toString()]).toEqual([
    400,
    "400 Bad Request: A plain HTTP request was sent to the HTTPS port.\n",
  ]);
  await plain.closed();
  expect(upstream.requests).toEqual([]);
  const client = await RawClient.open(gateway.https, { tls: { ca, servername: "test.example" } });
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test.each([
  ["nothing", ""],
  ["the beginning of a ClientHello", "\x16\x03\x01\x02\x00\x01"],
])("a FIN within the handshake, after %s, ends the connection at once", async (_, octets) => {
  const { gateway } = await start();
  const socket = connectPlain({ port: gateway.https, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.end(Buffer.from(octets, "latin1"));
  await once(socket.resume(), "close");
  expect(gateway.dataPlane.connectionCount).toBe(0);
});

test("garbage in the place of a handshake ends the connection", async () => {
  const { gateway } = await start();
  for (const octets of ["\x00".repeat(64), "SSH-2.0-x\r\n", "\x16\x03\x01\xff\xff", "\x80\x2e\x01\x00\x02"]) {
    const client = await RawClient.open(gateway.https);
    client.write(octets);
    client.socket.end();
    await client.closed();
  }
});
