import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";
import { expect, test } from "vitest";
import { sum } from "../support/blocks.ts";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const COMPRESS = {
  use: "compress",
  options: { algorithms: ["zstd", "br", "gzip"], types: ["text/plain", "text/event-stream"] },
};
const DECODER = { gzip: createGunzip, br: createBrotliDecompress, zstd: createZstdDecompress } as const;
const WHOLE = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;
const NAMES = ["gzip", "br", "zstd"] as const;
const SMALL = "All work and no play makes Jack a dull boy. ".repeat(50);

/** 2 MiB of text in which each line says where it is: a piece that is lost or swapped shows in the sum. */
const PIECE = 128 * 1024;
function* lines(): Generator<Buffer> {
  for (let piece = 0; piece < 16; piece++) {
    yield Buffer.from(Array.from({ length: PIECE / 32 }, (_, line) => `${piece}:${line}`.padEnd(31) + "\n").join(""));
  }
}
const digest = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
const LARGE = Buffer.concat([...lines()]);

const head = (accept: string, method = "GET", version = "1.1"): string =>
  `${method} /x HTTP/${version}\r\nHost: test.example\r\nAccept-Encoding: ${accept}\r\n\r\n`;

function textUpstream() {
  return nodeUpstream((request, response) => {
    response.setHeader("Content-Type", "text/plain");
    response.setHeader("ETag", '"v1"');
    if (request.url === "/small") return void response.end(SMALL);
    if (request.url === "/sized") response.setHeader("Content-Length", LARGE.length);
    void pipeline(Readable.from(lines()), response);
  });
}

test.each(NAMES)("over HTTP/1 and HTTP/2 the same text comes out of %s", { timeout: 30_000 }, async (name) => {
  const gateway = await startHttp2Gateway({ routes: [{ to: await textUpstream(), middleware: [COMPRESS] }] });
  const client = await RawClient.open(gateway.http);
  const session = await openSession(gateway);
  for (const path of ["/small", "/sized", "/"]) {
    const text = path === "/small" ? Buffer.from(SMALL) : LARGE;
    client.write(head(name).replace("/x", path));
    const one = await client.response();
    const two = await responseOn(ask(session, { ":path": path, "accept-encoding": name }));
    for (const body of [one.body, two.body]) {
      expect(body.length).toBeLessThan(text.length / 2);
      expect(digest(WHOLE[name](body))).toBe(digest(text));
    }
    expect(["content-encoding", "vary", "etag"].map((field) => values(one, field))).toEqual([
      [name],
      ["Accept-Encoding"],
      ['W/"v1"'],
    ]);
    expect(two.headers).toMatchObject({ "content-encoding": name, vary: "Accept-Encoding", etag: 'W/"v1"' });
    expect(one.framing).toBe(path === "/small" ? "length" : "chunked");
  }
  expect((await gateway.finishedCount(6)).record.failure).toBeNull();
});

test("who does not ask gets it as it is, with its length, and is told that others do not", async () => {
  const gateway = await startHttp2Gateway({ routes: [{ to: await textUpstream(), middleware: [COMPRESS] }] });
  const { body, headers } = await get(await openSession(gateway), "/sized");
  expect(digest(body)).toBe(digest(LARGE));
  expect([headers["content-encoding"], headers.vary, headers.etag, headers["content-length"]]).toEqual([
    undefined,
    "Accept-Encoding",
    '"v1"',
    String(LARGE.length),
  ]);
});

test("HEAD has the fields of GET and no length", async () => {
  const gateway = await startHttp2Gateway({ routes: [{ to: await textUpstream(), middleware: [COMPRESS] }] });
  const client = await RawClient.open(gateway.http);
  client.write(head("br", "HEAD").replace("/x", "/sized"));
  const one = await client.response({ toHead: true });
  expect(["content-encoding", "content-length", "vary"].map((field) => values(one, field))).toEqual([
    ["br"],
    [],
    ["Accept-Encoding"],
  ]);
  const asked = ask(await openSession(gateway), { ":method": "HEAD", ":path": "/sized", "accept-encoding": "br" });
  const two = await responseOn(asked);
  expect([two.headers["content-encoding"], two.headers["content-length"], two.body.length]).toEqual([
    "br",
    undefined,
    0,
  ]);
});

const STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

test.each(NAMES)(
  "each event of a stream is there before the next is sent, in %s over HTTP/1 and HTTP/2",
  async (name) => {
    const upstream = await RecordingUpstream.start({ onRequest: () => STREAM });
    const gateway = await startHttp2Gateway({ routes: [{ to: upstream, middleware: [COMPRESS] }] });

    const client = await RawClient.open(gateway.http);
    client.write(head(name));
    const one = (await upstream.nextRequest()).connection;
    for (const event of ["data: first\n\n", "data: second\n\n"]) {
      one.write(chunk(event));
      await client.until(event, () => soFar(name, client.received).endsWith(event));
    }
    one.write("0\r\nX-Sum: 2\r\n\r\n");
    const response = await client.response();
    expect([WHOLE[name](response.body).toString(), response.trailers]).toEqual([
      "data: first\n\ndata: second\n\n",
      [["X-Sum", "2"]],
    ]);

    const stream = ask(await openSession(gateway), { ":path": "/", "accept-encoding": name });
    const answered = responseOn(stream);
    const decoder = DECODER[name]();
    stream.on("data", (piece: Buffer) => decoder.write(piece));
    const { connection } = await upstream.nextRequest();
    for (const event of ["data: first\n\n", "data: second\n\n"]) {
      connection.write(chunk(event));
      const [piece] = (await once(decoder, "data")) as [Buffer];
      expect(piece.toString()).toBe(event);
    }
    connection.write("0\r\nX-Sum: 2\r\n\r\n");
    expect((await answered).trailers).toMatchObject({ "x-sum": "2" });
  },
);

/** What a client of HTTP/1 can read of a chunked response that has not ended. */
function soFar(name: (typeof NAMES)[number], received: Buffer): string {
  const text = received.toString("latin1");
  const from = text.indexOf("\r\n\r\n");
  if (from < 0) return "";
  let content = "";
  for (let at = from + 4; at < text.length;) {
    const lineEnd = text.indexOf("\r\n", at);
    const length = Number.parseInt(text.slice(at, lineEnd), 16);
    content += text.slice(lineEnd + 2, lineEnd + 2 + length);
    at = lineEnd + 4 + length;
  }
  const data = Buffer.from(content, "latin1");
  if (data.length === 0) return "";
  if (name === "gzip") return gunzipSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  if (name === "br") return brotliDecompressSync(data, { finishFlush: constants.BROTLI_OPERATION_FLUSH }).toString();
  return zstdDecompressSync(data, { finishFlush: constants.ZSTD_e_flush }).toString();
}

test("interim responses pass, and a client of HTTP/1.0 gets the body until the connection ends", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${STREAM}${chunk(SMALL)}0\r\n\r\n`,
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, middleware: [COMPRESS] }] });
  const client = await RawClient.open(gateway.http);
  client.write(head("gzip"));
  const response = await client.response();
  expect(response.interim.map(({ status }) => status)).toEqual([103]);
  expect(gunzipSync(response.body).toString()).toBe(SMALL);
  const old = await RawClient.open(gateway.http);
  old.write(head("gzip", "GET", "1.0"));
  const [whole] = await old.responsesUntilClose();
  expect([whole?.framing, gunzipSync(whole?.body ?? "").toString()]).toEqual(["until-close", SMALL]);
});

test("an upstream that is cut off cuts the client off", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => STREAM + chunk("data: first\n\n") });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, middleware: [COMPRESS] }] });
  const client = await RawClient.open(gateway.http);
  client.write(head("gzip"));
  const { connection } = await upstream.nextRequest();
  await client.until("the first event", (received) => soFar("gzip", received) !== "");
  connection.reset();
  await client.closed();
  expect(client.received.includes("\r\n0\r\n")).toBe(false);

  const stream = ask(await openSession(gateway), { ":path": "/", "accept-encoding": "gzip" });
  const answered = responseOn(stream);
  const second = (await upstream.nextRequest()).connection;
  await once(stream, "data");
  second.reset();
  await expect(answered).rejects.toThrow("the stream was closed with code 2");
  await gateway.finishedCount(2);
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual(["upstream_truncated", "upstream_truncated"]);
});

test("a client that leaves ends the upstream's work, while it reads and while it does not", async () => {
  const upstream = await nodeUpstream((_request, response) => {
    response.on("close", () => void closed.push(response.writableFinished));
    response.writeHead(200, { "Content-Type": "text/plain" });
    void pipeline(Readable.from(endless()), response).catch(() => {});
  });
  const closed: boolean[] = [];
  const gateway = await startDataPlane({ routes: [{ to: upstream, middleware: [COMPRESS] }] });
  for (const reads of [true, false]) {
    const client = await RawClient.open(gateway.http);
    client.write(head("gzip"));
    await client.until("some of it", (received) => received.length > 1000);
    if (!reads) {
      client.socket.pause();
      for (let turn = 0; turn < 20_000; turn++) await new Promise(setImmediate);
    }
    client.reset();
    const { record } = await gateway.finishedCount(reads ? 1 : 2);
    expect([record.failure, record.status]).toEqual(["client_closed", 200]);
  }
  for (let turn = 0; turn < 100_000 && closed.length < 2; turn++) await new Promise(setImmediate);
  expect(closed).toEqual([false, false]);
});

function* endless(): Generator<Buffer> {
  for (let line = 0; ; line++) yield Buffer.from(`${Math.random()} ${line}\n`.repeat(2000));
}

test("content that is compressed already goes through untouched", async () => {
  const body = Buffer.from(
    await new Response(new Blob([SMALL]).stream().pipeThrough(new CompressionStream("gzip"))).bytes(),
  );
  const upstream = await nodeUpstream((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Encoding": "gzip" });
    response.end(body);
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, middleware: [COMPRESS] }] });
  const client = await RawClient.open(gateway.http);
  client.write(head("br, gzip"));
  const response = await client.response();
  expect([response.body.equals(body), values(response, "content-encoding")]).toEqual([true, ["gzip"]]);
  expect((await sum(Readable.from([gunzipSync(response.body)]))).bytes).toBe(SMALL.length);
});
