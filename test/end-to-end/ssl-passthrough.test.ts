import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeProxyHeader } from "../../src/data-plane/proxy-protocol/write-proxy-header.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { get, openSession } from "../support/http2-client.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { closedPort } from "../support/servers.ts";
import { type GatewaySketch, type PassthroughSketch, startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";
import { said, tlsClient, tlsUpstream } from "../support/tls-upstream.ts";

const HOST = "passed.example";

/** The pods have an authority that the gateway has never heard of. */
async function authorities() {
  const [pods, ours] = await Promise.all([testAuthority(), testAuthority()]);
  return { pods, ours, pair: await pods.issue(HOST), own: await ours.issue("test.example", HOST) };
}

/** What the certificate of the other side is for. */
function namesOf(socket: TLSSocket): string {
  return socket.getPeerCertificate().subjectaltname ?? "";
}

/** A gateway that serves test.example itself and passes these hosts through. */
async function start(own: CertificatePair, passthrough: PassthroughSketch, sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  const routes = [{ to: upstream }, ...Object.keys(passthrough).map((host) => ({ host, to: upstream }))];
  return startDataPlane({ routes, defaultCertificate: own, passthrough, ...sketch });
}

describe("a TLS connection whose server name is passed through", () => {
  test("is opened by the upstream: certificate, protocol and client certificate are between the two", async () => {
    const { pods, pair, own } = await authorities();
    const upstream = await tlsUpstream(
      pair,
      (socket) => socket.end(`${namesOf(socket)} ${String(socket.alpnProtocol)}`),
      { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ["private/7"] },
    );
    const gateway = await start(own, { [HOST]: [upstream] });
    const client = await pods.issue("client.example");
    const socket = await tlsClient(gateway.https, {
      servername: HOST.toUpperCase(),
      ca: pods.ca,
      cert: client.chain,
      key: client.privateKey,
      ALPNProtocols: ["private/7"],
    });
    expect(socket.authorized).toBe(true);
    expect(await said(socket)).toBe("DNS:client.example private/7");
    socket.end();
    const record = await gateway.passedCount(1);
    expect(record).toMatchObject({
      serverName: HOST,
      clientAddress: "127.0.0.1",
      endpoint: `127.0.0.1:${upstream.port}`,
      attempts: 1,
      failure: null,
      service: { protocol: "tcp", port: gateway.https, upstream: `test/${HOST}:443 tcp`, origin: { name: HOST } },
    });
    expect(record.fromClient).toBeGreaterThan(500);
    expect(record.fromUpstream).toBeGreaterThan(500);
    expect(gateway.finished).toEqual([]);
    expect(gateway.dataPlane.connectionCount).toBe(0);
  });

  test("carries megabytes both ways through slow readers", async () => {
    const { pods, pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => void socket.pipe(socket));
    const gateway = await start(own, { [HOST]: [upstream] });
    const socket = await tlsClient(gateway.https, { servername: HOST, ca: pods.ca });
    const sent = Buffer.alloc(5 * 1024 * 1024, "0123456789abcdef!");
    const hash = createHash("sha256");
    socket.on("data", (piece: Buffer) => {
      hash.update(piece);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.end(sent);
    await once(socket, "end");
    expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
    expect((await gateway.passedCount(1)).failure).toBeNull();
  });

  test("each side ends its half by itself", async () => {
    const { pods, pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => {
      let heard = "";
      socket.on("data", (piece: Buffer) => (heard += piece.toString()));
      socket.on("end", () => socket.end(`heard ${heard}`));
    });
    const gateway = await start(own, { [HOST]: [upstream] });
    const socket = await tlsClient(gateway.https, { servername: HOST, ca: pods.ca });
    socket.end("all of it");
    expect(await said(socket)).toBe("heard all of it");
    await once(socket, "end");
    await gateway.passedCount(1);
  });

  test("comes through behind a PROXY header, which tells who the client is", async () => {
    const { pods, pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => socket.end("through"));
    const gateway = await start(own, { [HOST]: [upstream] }, { proxyProtocol: true });
    const tcp = connect({ port: gateway.https, host: "127.0.0.1" });
    tcp.write(writeProxyHeader({ address: "192.0.2.1", port: 1234 }, { address: "192.0.2.2", port: 443 }));
    const socket = await tlsClient(0, { socket: tcp, servername: HOST, ca: pods.ca });
    expect(await said(socket)).toBe("through");
    expect(await gateway.passedCount(1)).toMatchObject({ clientAddress: "192.0.2.1" });
  });

  test("goes to another endpoint where one cannot be reached, and is closed where none can", async () => {
    const { pods, pair, own } = await authorities();
    const [upstream, closed] = [await tlsUpstream(pair, (socket) => socket.end("there")), await closedPort()];
    const gateway = await start(own, { [HOST]: [closed, upstream], "down.example": [closed], "none.example": [] });
    for (let count = 0; count < 2; count += 1) {
      const socket = await tlsClient(gateway.https, { servername: HOST, ca: pods.ca });
      expect(await said(socket)).toBe("there");
      socket.end();
    }
    await expect(tlsClient(gateway.https, { servername: "down.example" })).rejects.toThrow();
    await expect(tlsClient(gateway.https, { servername: "none.example" })).rejects.toThrow();
    await gateway.passedCount(4);
    const failed = gateway.passed.filter(({ failure }) => failure !== null);
    expect(failed.map(({ failure }) => failure)).toEqual(["connect_failed", "no_endpoints"]);
  });

  test("is closed, not opened, where it must not be passed", async () => {
    const { own } = await authorities();
    const gateway = await start(own, { [HOST]: "it would be unprotected" });
    await expect(tlsClient(gateway.https, { servername: HOST, rejectUnauthorized: false })).rejects.toThrow();
    expect(await gateway.passedCount(1)).toMatchObject({
      failure: "route_unavailable",
      failureDetail: "it would be unprotected",
      endpoint: "",
    });
  });

  test("is closed beyond the limit of connections", async () => {
    const { pods, pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => socket.write("here"));
    const gateway = await start(own, { [HOST]: [upstream] }, { limits: { connections: 20 } });
    const opened = Array.from({ length: 20 }, () => tlsClient(gateway.https, { servername: HOST, ca: pods.ca }));
    await Promise.all(opened);
    await expect(tlsClient(gateway.https, { servername: HOST, ca: pods.ca })).rejects.toThrow();
    expect(gateway.passed).toEqual([]);
  });
});

describe("beside hosts that are passed through", () => {
  test("other server names, none, and plain HTTP are served as ever", async () => {
    const { ours, pair, own } = await authorities();
    const { ca } = ours;
    const upstream = await tlsUpstream(pair, (socket) => socket.end());
    const gateway = await start(own, { [HOST]: [upstream] });
    for (const servername of ["test.example", "sub.passed.example", undefined]) {
      const options = { ca, rejectUnauthorized: false, ...(servername === undefined ? {} : { servername }) };
      const client = new RawClient(await tlsClient(gateway.https, options));
      client.write("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n");
      expect((await client.response()).status, servername).toBe(200);
    }
    expect(await get(await openSession({ ...gateway, ca }), "/")).toMatchObject({ status: 200 });
    const plain = await RawClient.open(gateway.http);
    plain.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    expect((await plain.response()).status).toBe(200);
    expect(gateway.passed).toEqual([]);
  });

  test("a wildcard passes names of one more label that have no host of their own", async () => {
    const { pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => socket.end("through"));
    const gateway = await start(own, { "*.example": [upstream] });
    const reach = async (servername: string): Promise<string> => {
      const socket = await tlsClient(gateway.https, { servername, rejectUnauthorized: false });
      const names = namesOf(socket);
      socket.destroy();
      return names;
    };
    expect(await reach("any.example")).toBe(`DNS:${HOST}`);
    expect(await reach("test.example")).toContain("DNS:test.example");
    expect(await reach("two.labels.example")).toContain("DNS:test.example");
  });

  test("a new snapshot cuts no connection that is passed through; the next go by it", async () => {
    const { pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => void socket.pipe(socket));
    const gateway = await start(own, { [HOST]: [upstream] });
    const options = { servername: HOST, rejectUnauthorized: false };
    const socket = await tlsClient(gateway.https, options);
    const other = await tlsUpstream(pair, (one) => one.end("another"));
    gateway.apply([], { [HOST]: [other] });
    expect(await said(await tlsClient(gateway.https, options))).toBe("another");
    gateway.apply([], {});
    expect(namesOf(await tlsClient(gateway.https, options))).toContain("DNS:test.example");
    socket.write("still there");
    expect(await said(socket)).toBe("still there");
  });

  test("draining waits for them, and tells of them before it is over", async () => {
    const { pair, own } = await authorities();
    const upstream = await tlsUpstream(pair, (socket) => void socket.pipe(socket));
    const gateway = await start(own, { [HOST]: [upstream] });
    const socket = await tlsClient(gateway.https, { servername: HOST, rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    let over = false;
    const drained = gateway.dataPlane.drain(60_000).then(() => (over = true));
    socket.write("still there");
    expect(await said(socket)).toBe("still there");
    expect(over).toBe(false);
    socket.destroy();
    await drained;
    expect(gateway.passed).toHaveLength(1);
  });
});
