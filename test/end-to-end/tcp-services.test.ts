import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { readProxyHeader } from "../../src/data-plane/proxy-protocol/proxy-protocol.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { closedPort } from "../support/servers.ts";
import { startStreams, tcpUpstream } from "../support/start-streams.ts";
import { StreamClient } from "../support/stream-client.ts";
import { ask } from "../telemetry/ask.ts";

/** Answers each line with itself, and ends when the client has ended, with a last word. */
function echo(name = "") {
  return tcpUpstream((socket) => {
    socket.on("data", (piece) => socket.write(Buffer.concat([Buffer.from(name), piece])));
    socket.on("end", () => socket.end("bye"));
  });
}

describe("a connection of a TCP service", () => {
  test("goes to the endpoint octet by octet, and each side ends its half by itself", async () => {
    const gateway = await startStreams([{ to: [await echo()] }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    await client.send("hello").untilReceived("hello");
    client.socket.end(" there");
    await client.until("the end", ({ ended }) => ended);
    expect(client.received).toBe("hello therebye");
    const record = await gateway.finishedCount(1);
    expect(record).toMatchObject({
      fromClient: 11,
      fromUpstream: 14,
      attempts: 1,
      failure: null,
      clientAddress: "127.0.0.1",
    });
    expect(record.finishedAt).toBeGreaterThan(0);
    expect(gateway.dataPlane.connectionCount).toBe(0);
  });

  test("works where the server speaks first, and ends first", async () => {
    const upstream = await tcpUpstream((socket) => {
      socket.end("220 ready\r\n");
      socket.on("data", (piece) => heard.push(piece.toString()));
    });
    const heard: string[] = [];
    const gateway = await startStreams([{ to: [upstream] }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    await client.until("the end", ({ ended }) => ended);
    expect(client.received).toBe("220 ready\r\n");
    client.socket.end("still heard");
    await gateway.finishedCount(1);
    expect(heard.join("")).toBe("still heard");
  });

  test("carries megabytes both ways through slow readers", async () => {
    const sent = Buffer.alloc(6 * 1024 * 1024, "0123456789abcdef!");
    const upstream = await tcpUpstream((socket) => void socket.pipe(socket));
    const gateway = await startStreams([{ to: [upstream] }]);
    const { socket } = await StreamClient.open(gateway.port("tcp 0"));
    const hash = createHash("sha256");
    let length = 0;
    socket.removeAllListeners("data").on("data", (piece: Buffer) => {
      hash.update(piece);
      length += piece.length;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.end(sent);
    await once(socket, "end");
    expect(length).toBe(sent.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
    expect(await gateway.finishedCount(1)).toMatchObject({ fromClient: sent.length, fromUpstream: sent.length });
  });

  test("is cut off on the one side when it is on the other", async () => {
    const upstream = await tcpUpstream((socket) => void socket.on("data", () => socket.resetAndDestroy()));
    const gateway = await startStreams([{ to: [upstream] }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    client.send("x");
    await client.untilCut();
    await gateway.finishedCount(1);
  });

  test("goes to each endpoint in turn, and to another where one cannot be reached", async () => {
    const gateway = await startStreams([{ to: [await echo("a:"), await echo("b:"), await closedPort()] }]);
    const answers: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const client = await StreamClient.open(gateway.port("tcp 0"));
      await client.send(".").untilReceived(":.");
      answers.push(client.received);
      client.socket.destroy();
    }
    expect(new Set(answers)).toEqual(new Set(["a:.", "b:."]));
    await gateway.finishedCount(6);
    expect(gateway.finished.some(({ attempts }) => attempts === 2)).toBe(true);
  });

  test("is closed when no endpoint can be reached, or there is none", async () => {
    const gateway = await startStreams([{ to: [await closedPort()] }]);
    await (await StreamClient.open(gateway.port("tcp 0"))).untilCut();
    expect(await gateway.finishedCount(1)).toMatchObject({ failure: "connect_failed", attempts: 1 });
    gateway.apply({ to: [] });
    await (await StreamClient.open(gateway.port("tcp 0"))).untilCut();
    expect(await gateway.finishedCount(2)).toMatchObject({ failure: "no_endpoints", attempts: 0, endpoint: "" });
  });

  test("ends when nothing has moved for ten minutes, and not before", async () => {
    const clock = new ManualClock();
    const gateway = await startStreams([{ to: [await echo()] }], { clock });
    const client = await StreamClient.open(gateway.port("tcp 0"));
    await client.send("a").untilReceived("a");
    clock.advance(599_000);
    await client.send("b").untilReceived("b");
    clock.advance(599_000);
    await client.send("c").untilReceived("c");
    clock.advance(601_500);
    await client.untilCut();
    await gateway.finishedCount(1);
  });
});

describe("a change of the snapshot", () => {
  test("does not touch what is established, and counts for what comes next", async () => {
    const gateway = await startStreams([{ to: [await echo("old:")] }]);
    const port = gateway.port("tcp 0");
    const before = await StreamClient.open(port);
    await before.send("1").untilReceived("old:1");
    gateway.apply({ to: [await echo("new:")] });
    expect(gateway.port("tcp 0")).toBe(port);
    const after = await StreamClient.open(port);
    await after.send("2").untilReceived("new:2");
    gateway.apply();
    await before.send("3").untilReceived("old:3");
    await after.send("4").untilReceived("new:4");
    expect(gateway.dataPlane.streamStatus()).toEqual([]);
    const late = await StreamClient.open(port).catch((error: NodeJS.ErrnoException) => error.code);
    expect(late).toBe("ECONNREFUSED");
  });

  test("that asks for a busy port is told once, and served as soon as the port is free", async () => {
    const clock = new ManualClock();
    const blocker = createServer();
    blocker.listen(0, "127.0.0.1");
    await once(blocker, "listening");
    onTestFinished(() => void blocker.close());
    const { port } = blocker.address() as AddressInfo;
    const gateway = await startStreams([{ port, to: [await echo()] }], { clock });
    expect(gateway.problems).toEqual([
      `TCP port ${port} of ConfigMap shop/tcp-services is busy: not served; it is tried again every 5 seconds`,
    ]);
    expect(gateway.dataPlane.streamStatus()).toEqual([{ stream: `tcp ${port}`, port: null, problem: "is busy" }]);
    blocker.close();
    await once(blocker, "close");
    clock.advance(6_000);
    expect(await gateway.problemCount(2)).toBe(`TCP port ${port} of ConfigMap shop/tcp-services is open now`);
    const client = await StreamClient.open(port);
    await client.send("served").untilReceived("served");
  });
});

describe("limits", () => {
  test("one connection too many is closed at once", async () => {
    const limits = { connections: 1 };
    const gateway = await startStreams([{ to: [await echo()] }], { limits });
    const first = await StreamClient.open(gateway.port("tcp 0"));
    await first.send("1").untilReceived("1");
    await (await StreamClient.open(gateway.port("tcp 0"))).untilCut();
    await first.send("2").untilReceived("2");
  });

  test("connections of TCP services are clients too, beyond which requests are refused", async () => {
    const options = { limits: { connections: 2 }, http: { host: "127.0.0.1", port: 0 } };
    const gateway = await startStreams([{ to: [await echo()] }], options);
    expect((await ask(gateway.http, "/")).status).toBe(404);
    const clients = [await StreamClient.open(gateway.port("tcp 0")), await StreamClient.open(gateway.port("tcp 0"))];
    for (const client of clients) await client.send("1").untilReceived("1");
    expect((await ask(gateway.http, "/")).status).toBe(503);
  });

  test("draining accepts no more, and waits for what is open", async () => {
    const gateway = await startStreams([{ to: [await echo()] }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    await client.send("1").untilReceived("1");
    let drained = false;
    const draining = gateway.dataPlane.drain(60_000).then(() => (drained = true));
    await client.send("2").untilReceived("2");
    expect(drained).toBe(false);
    client.socket.end();
    await draining;
    expect(client.received).toContain("bye");
  });
});

describe("the PROXY protocol of a TCP service", () => {
  test("tells the endpoint who the client is, in version 2, before its first octet", async () => {
    const pieces: Buffer[] = [];
    const upstream = await tcpUpstream((socket) => {
      socket.on("data", (piece: Buffer) => pieces.push(piece));
      socket.on("end", () => socket.end());
    });
    const gateway = await startStreams([{ to: [upstream], proxyProtocol: { in: false, out: true } }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    const source = { address: "127.0.0.1", port: client.socket.localPort };
    const destination = { address: "127.0.0.1", port: client.socket.remotePort };
    client.socket.end("hello");
    await gateway.finishedCount(1);
    const received = Buffer.concat(pieces);
    expect(readProxyHeader(received)).toEqual({ length: 28, ends: { source, destination } });
    expect(received.subarray(28).toString()).toBe("hello");
  });

  test("is taken off, cut or with the client's octets behind it, and handed on", async () => {
    const pieces: Buffer[] = [];
    const upstream = await tcpUpstream((socket) => {
      socket.on("data", (piece: Buffer) => pieces.push(piece));
      socket.on("end", () => socket.end());
    });
    const gateway = await startStreams([{ to: [upstream], proxyProtocol: { in: true, out: true } }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    client.send("PROXY TCP4 192.0.2.1 ");
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.end("203.0.113.5 1234 6379\r\nPING\r\n");
    const record = await gateway.finishedCount(1);
    expect(record).toMatchObject({ clientAddress: "192.0.2.1", fromClient: 6, failure: null });
    const received = Buffer.concat(pieces);
    expect(readProxyHeader(received)).toMatchObject({ ends: { source: { address: "192.0.2.1", port: 1234 } } });
    expect(received.subarray(28).toString()).toBe("PING\r\n");
  });

  test("is not believed from others, nor guessed at, nor waited for without end", async () => {
    const clock = new ManualClock();
    const service = { to: [await echo()], proxyProtocol: { in: true, out: false } };
    const gateway = await startStreams([service], { clock });
    const malformed = await StreamClient.open(gateway.port("tcp 0"));
    malformed.send("PING\r\n");
    await malformed.untilCut();
    expect(await gateway.finishedCount(1)).toMatchObject({ failure: "proxy_header_invalid", attempts: 0 });

    const silent = await StreamClient.open(gateway.port("tcp 0"));
    silent.send("PROXY TCP4 192.0.2.1");
    while (gateway.dataPlane.connectionCount < 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(11_500);
    await silent.untilCut();
    expect(await gateway.finishedCount(2)).toMatchObject({ failure: "request_timeout", attempts: 0 });

    const distrusting = await startStreams([service], { trustedRanges: ["192.0.2.0/24"] });
    const stranger = await StreamClient.open(distrusting.port("tcp 0"));
    stranger.send("PROXY TCP4 192.0.2.1 203.0.113.5 1234 6379\r\n");
    await stranger.untilCut();
    expect(await distrusting.finishedCount(1)).toMatchObject({ failure: "proxy_header_invalid", attempts: 0 });
  });

  test("LOCAL, a health probe, is served with the connection's own address", async () => {
    const gateway = await startStreams([{ to: [await echo()], proxyProtocol: { in: true, out: false } }]);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    client.send(Buffer.concat([Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex"), Buffer.from("up?")]));
    await client.untilReceived("up?");
    client.socket.end();
    expect(await gateway.finishedCount(1)).toMatchObject({ clientAddress: "127.0.0.1" });
  });
});
