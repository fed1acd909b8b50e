import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource } from "../../support/body-sink.ts";
import { connectTo, upstreamRequest } from "../../support/endpoints.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";
import { answering, content, failing, OK } from "./answering-upstream.ts";

describe("an answer that is none", () => {
  test.each([
    ["RS1", `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ["RS1", `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ["RS1", `${OK}Content-Length: +5\r\n\r\n`],
    ["RS2", `${OK}X: a\r\n b\r\n\r\n`],
    ["RS2", `${OK}X : a\r\n\r\n`],
    ["RS2", `${OK}X: a\0\r\n\r\n`],
    ["RS2", `${OK}X: a\nY: b\r\n\r\n`],
    ["RS4", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: upgrade\r\n\r\n"],
    ["RS5", "HTTP/1.1 100 Continue\r\n\r\n".repeat(17)],
    ["RS7", "HTTP/1.1 099 Low\r\n\r\n"],
    ["RS7", "HTTP/1.1 1000 High\r\n\r\n"],
    ["RS7", "HTTP/1.1 200 O\x01K\r\n\r\n"],
    ["too large a head", `${OK}X: ${"x".repeat(40_000)}\r\n\r\n`],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ])("%s %j", async (_row, octets) => {
    const upstream = await answering(octets);
    const { endpoint, connection } = await connectTo(upstream);
    await expect(connection.send(upstreamRequest())).rejects.toEqual(failing("upstream_invalid"));
    await (await upstream.connection(0)).closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("RS1: a chunk that is none", async () => {
    const upstream = await answering(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nxyz\r\n`);
    const { endpoint, connection } = await connectTo(upstream);
    const response = await connection.send(upstreamRequest());
    await expect(content(response)).rejects.toEqual(failing("upstream_invalid"));
    await (await upstream.connection(0)).closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test.each([
    ["a length", `${OK}Content-Length: 5\r\n\r\nhel`],
    ["chunks", `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    ["a last chunk without its end", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`],
  ])("RS8: %s that is cut off", async (_what, octets) => {
    const upstream = await answering(octets, true);
    const { connection } = await connectTo(upstream);
    const response = await connection.send(upstreamRequest());
    await expect(content(response)).rejects.toEqual(failing("upstream_truncated"));
  });

  test.each([
    ["nothing", ""],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-"],
    ["an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("%s, and then the end", async (_what, octets) => {
    const upstream = await answering(octets, true);
    const { connection } = await connectTo(upstream);
    await expect(connection.send(upstreamRequest())).rejects.toEqual(failing("upstream_reset"));
  });
});

describe("while it waits", () => {
  test("interim responses are passed on, in order", async () => {
    const upstream = await answering(
      `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
    );
    const { connection } = await connectTo(upstream);
    const seen: string[] = [];
    const exchange = {
      sendInterim: (status: number, fields: { get(name: string): string | undefined }) =>
        void seen.push(`${status} ${fields.get("link")}`),
    };
    await connection.send(upstreamRequest({ exchange }));
    expect(seen).toEqual(["103 a", "102 undefined"]);
  });

  test("nothing received for too long is a time-out", async () => {
    const upstream = await RecordingUpstream.start({ onRequest: () => null });
    const { clock, connection } = await connectTo(upstream);
    const answer = connection.send(upstreamRequest({ readTimeout: 5000 }));
    await upstream.nextRequest();
    clock.advance(4900);
    clock.advance(2000);
    await expect(answer).rejects.toEqual(failing("upstream_timeout"));
    await (await upstream.connection(0)).closed();
  });

  test("an upstream that does not take the request is given up after the time for that, and no later", async () => {
    const silent = createServer((socket) => void socket.pause().on("error", () => {}));
    await once(silent.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void silent.close());
    const { clock, connection } = await connectTo(silent.address() as AddressInfo);
    const body = new IncomingBody(null, new CountingSource(), 65_536);
    const answer = connection.send(upstreamRequest({ method: "POST", framing: { kind: "chunked" }, body }));
    let outcome = "waiting";
    const over = answer.then(
      () => (outcome = "answered"),
      (error: Failed) => (outcome = error.failure),
    );
    // More than the kernel takes.
    body.push(Buffer.alloc(32 * 1024 * 1024));
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
    for (let second = 0; second < 58; second++) clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBe("waiting");
    for (let second = 0; second < 6; second++) clock.advance(1000);
    expect(await over).toBe("send_timeout");
  });

  test("a response that nobody reads does not keep the connection for ever", async () => {
    const upstream = await answering(`${OK}Content-Length: 1000000\r\n\r\n${"x".repeat(1_000_000)}`);
    const { clock, connection } = await connectTo(upstream);
    const { body } = await connection.send(upstreamRequest({ readTimeout: 5000 }));
    while ((body as IncomingBody).received < 65_536) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(7000);
    await (await upstream.connection(0)).closed();
    await expect((body as IncomingBody).bytes(2_000_000)).rejects.toEqual(failing("upstream_timeout"));
  });

  test("an exchange that is given up ends the connection", async () => {
    const upstream = await RecordingUpstream.start({ onRequest: () => null });
    const { endpoint, connection } = await connectTo(upstream);
    const asked = upstreamRequest();
    const answer = connection.send(asked);
    await upstream.nextRequest();
    connection.cancel(asked, new Failed("client_closed", "gone"));
    await expect(answer).rejects.toEqual(failing("client_closed"));
    await (await upstream.connection(0)).closed();
    expect(endpoint.takeIdle()).toBeNull();
  });
});

test("a client that leaves late cannot cut off the request of the next", async () => {
  const upstream = await answering(`${OK}Content-Length: 2\r\n\r\nhi`);
  const { connection } = await connectTo(upstream);
  const first = upstreamRequest();
  expect(await content(await connection.send(first))).toBe("hi");
  const second = connection.send(upstreamRequest());
  connection.cancel(first, new Failed("client_closed", "late"));
  expect(await content(await second)).toBe("hi");
});

test("a body nobody reads yet is what it was when it is read", async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => String.fromCharCode(97 + (index % 26)).repeat(1000));
  const length = pieces.join("").length;
  const upstream = await RecordingUpstream.start({ onRequest: () => `${OK}Content-Length: ${length + 1}\r\n\r\n` });
  const { connection } = await connectTo(upstream);
  const response = await connection.send(upstreamRequest());
  const recorded = await upstream.connection(0);
  const body = response.body as IncomingBody;
  let expected = 0;
  for (const piece of pieces) {
    recorded.write(piece);
    expected += piece.length;
    // Each piece by itself: they must not share one buffer.
    while (body.received < expected) await new Promise((resolve) => setImmediate(resolve));
  }
  recorded.write("!");
  expect(await content(response)).toBe(`${pieces.join("")}!`);
});

test("a tunnel begins behind the head, and the connection is no longer ours", async () => {
  const upstream = await answering(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: Foo\r\n\r\nfirst",
  );
  const { endpoint, connection } = await connectTo(upstream);
  const { status, tunnel } = await connection.send(upstreamRequest({ upgrade: "foo" }));
  expect(status).toBe(101);
  expect(tunnel?.firstBytes.toString()).toBe("first");
  expect(endpoint.takeIdle()).toBeNull();
  tunnel?.socket.write("to upstream");
  const recorded = await upstream.connection(0);
  await recorded.until("what came through the tunnel", ({ rest }) => rest.toString() === "to upstream");
  const more = once(tunnel?.socket as NodeJS.EventEmitter, "data");
  tunnel?.socket.resume();
  recorded.write("to client");
  expect(String((await more)[0])).toBe("to client");
  tunnel?.socket.destroy();
});
