import { createHash } from "node:crypto";
import { once } from "node:events";
import type { ClientHttp2Stream } from "node:http2";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { BLOCK, blocks, MIB, sum } from "../support/blocks.ts";
import { sentUntilStuck } from "../support/sent-until-stuck.ts";
import { nodeUpstream } from "../support/servers.ts";

const SIZE = 32;

for (const framing of ["by length", "of unknown length"] as const) {
  const headers = framing === "by length" ? { "content-length": String(SIZE * MIB) } : {};

  test(`${SIZE} MiB up, ${framing}: the same bytes`, { timeout: 60_000 }, async () => {
    const upstream = await nodeUpstream((incoming, response) => {
      void sum(incoming).then((got) => response.end(JSON.stringify(got)));
    });
    const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
    const asked = ask(await openSession(gateway), { ":method": "POST", ...headers }, null);
    const answered = responseOn(asked);
    await pipeline(Readable.from(blocks(SIZE)), asked as Writable);
    expect(JSON.parse((await answered).body.toString())).toEqual(await sum(Readable.from(blocks(SIZE))));
    expect((await gateway.finishedCount(1)).record.requestBytes).toBe(SIZE * MIB);
  });

  test(`${SIZE} MiB down, ${framing}: the same bytes`, { timeout: 60_000 }, async () => {
    const upstream = await nodeUpstream((_request, response) => {
      response.writeHead(200, headers);
      void pipeline(Readable.from(blocks(SIZE)), response);
    });
    const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
    const asked = ask(await openSession(gateway), { ":path": "/" });
    expect(await sum(asked as Readable)).toEqual(await sum(Readable.from(blocks(SIZE))));
    expect((await gateway.finishedCount(1)).record.responseBytes).toBe(SIZE * MIB);
  });
}

test("forty downloads at a time on one session are each whole", { timeout: 60_000 }, async () => {
  const upstream = await nodeUpstream((_request, response) => void response.end(BLOCK));
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const sums = await Promise.all(Array.from({ length: 40 }, () => sum(ask(session, { ":path": "/" }) as Readable)));
  expect(new Set(sums.map(({ digest }) => digest))).toEqual(
    new Set([createHash("sha256").update(BLOCK).digest("hex")]),
  );
});

/** Bytes the sender got rid of before it was made to wait, with a receiver that reads nothing: kernel buffers and our own bounds. */
const HELD_AT_MOST = 16 * MIB;

test("an upstream that does not read makes the stream wait, and no other", async () => {
  const upstream = await nodeUpstream((incoming, response) => {
    if (incoming.url === "/stuck") incoming.pause();
    else response.end("fine");
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const stuck = ask(session, { ":method": "POST", ":path": "/stuck" }, null);
  expect(await sentUntilStuck(stuck, SIZE * MIB)).toBeLessThan(HELD_AT_MOST);
  expect((await get(session, "/other")).body.toString()).toBe("fine");
});

test("a client that does not read a stream makes its upstream wait, and no other", async () => {
  let waiting: Promise<number> = Promise.resolve(0);
  const upstream = await nodeUpstream((incoming, response) => {
    if (incoming.url === "/large") waiting = sentUntilStuck(response, SIZE * MIB);
    else response.end("fine");
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const large: ClientHttp2Stream = ask(session, { ":path": "/large" });
  await once(large, "response");
  expect(await waiting).toBeLessThan(HELD_AT_MOST);
  session.setLocalWindowSize(MIB);
  expect((await get(session, "/other")).body.toString()).toBe("fine");
});

test("trailers go through in both directions, and stay trailers; forbidden ones do not", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () =>
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\nConnection: x\r\nHTTP2-Settings: x\r\nTE: x\r\n__proto__: b\r\nX-Two: a\r\n\r\n",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const asked = session.request(
    { ":method": "POST", ":authority": "test.example", te: "trailers" },
    { waitForTrailers: true },
  );
  asked.on("wantTrailers", () => asked.sendTrailers({ "x-check": "a b", "content-type": "x/y" }));
  asked.end("hi");
  const response = await responseOn(asked);
  expect([response.body.toString(), response.headers["x-sum"]]).toEqual(["abc", undefined]);
  expect(Object.entries(response.trailers)).toEqual([
    ["x-sum", "6"],
    ["x-two", "a"],
  ]);
  const request = await upstream.nextRequest();
  expect([request.body.toString(), request.trailers]).toEqual(["hi", [["x-check", "a b"]]]);
});

test("a response that comes in pieces reaches the client piece by piece", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const asked = ask(session, { ":path": "/" });
  const [first] = (await once(asked, "data")) as [Buffer];
  expect(first.toString()).toBe("one");
  const { connection } = await upstream.nextRequest();
  connection.write("3\r\ntwo\r\n0\r\n\r\n");
  const [second] = (await once(asked, "data")) as [Buffer];
  expect(second.toString()).toBe("two");
  await once(asked, "close");
  expect(asked.rstCode).toBe(0);
});

test("content of a response that may have none is not sent, and its connection stays good", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  for (let count = 0; count < 3; count++) {
    const { status, body } = await get(session, "/");
    expect([status, body.length]).toEqual([205, 0]);
  }
  expect(upstream.connections).toHaveLength(1);
});

test("a body beyond the limit is answered 413, whole, and the client need not send the rest", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, requestBodyLimit: 1000 }] });
  const session = await openSession(gateway);
  const declared = ask(session, { ":method": "POST", "content-length": String(MIB) }, null);
  expect((await responseOn(declared)).status).toBe(413);
  expect(upstream.connections).toHaveLength(0);
  const undeclared = ask(session, { ":method": "POST" }, null);
  const answered = responseOn(undeclared);
  undeclared.write(BLOCK);
  const { status, body } = await answered;
  expect([status, body.toString().includes("too large")]).toEqual([413, true]);
  expect(upstream.requests).toEqual([]);
  // The streams are closed on both sides: nothing of them holds the session up.
  await new Promise<void>((resolve) => session.close(resolve));
});

test("an upstream that answers before it has read the request: the answer comes whole", async () => {
  const upstream = await RecordingUpstream.start({
    onHead: () => "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const early = ask(session, { ":method": "POST" }, null);
  early.write("hello");
  const { status, body } = await responseOn(early);
  expect([status, body.toString()]).toEqual([403, "no"]);
});
