import { once } from "node:events";
import { deflateRawSync, gzipSync } from "node:zlib";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { Http2Upstream } from "../support/http2-upstream.ts";
import { ask, get, openSession, responseOn } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { chunk, DECOMPRESS, digest, encodeAll, head, sized, start, TEXT } from "../support/coded-requests.ts";
import { ENCODE, NAMES } from "../support/encode.ts";

test.each(NAMES)("of %s the upstream gets the text in chunks, over HTTP/1 and HTTP/2", async (name) => {
  const { upstream, gateway, client } = await start();
  const encoded = ENCODE[name](TEXT);
  client.write(sized(name, encoded));
  expect((await client.response()).status).toBe(200);
  client.write(head(name, "Transfer-Encoding: chunked"));
  for (let at = 0; at < encoded.length; at += 5_000) client.write(chunk(encoded.subarray(at, at + 5_000)));
  client.write("0\r\nX-Sum: 7\r\n\r\n");
  expect((await client.response()).status).toBe(200);
  const stream = ask(await openSession(gateway), { ":method": "POST", "content-encoding": name }, encoded);
  expect((await responseOn(stream)).status).toBe(200);
  expect(upstream.requests).toHaveLength(3);
  for (const request of upstream.requests) {
    expect(digest(request.body)).toBe(digest(Buffer.from(TEXT)));
    expect([values(request, "content-encoding"), values(request, "content-length"), request.framing]).toEqual([
      [],
      [],
      "chunked",
    ]);
  }
  expect(upstream.requests[1]?.trailers).toEqual([["X-Sum", "7"]]);
  expect((await gateway.finishedCount(1)).record.requestBytes).toBe(encoded.length);
});

test.each(NAMES)("what is decoded of %s is on its way before the rest has come", async (name) => {
  const { upstream, client } = await start();
  const encoded = ENCODE[name](Buffer.from(Array.from({ length: 300_000 }, () => Math.random() * 256)));
  client.write(head(name, `Content-Length: ${encoded.length}`));
  client.write(encoded.subarray(0, encoded.length - 10));
  const connection = await upstream.connection(0);
  await connection.until("the beginning", ({ received }) => received.length > 100_000);
  client.write(encoded.subarray(encoded.length - 10));
  expect((await client.response()).status).toBe(200);
});

test.each(NAMES)("damaged %s is 400, and the upstream never sees the end of it", async (name) => {
  const encoded = ENCODE[name](TEXT);
  const cut = encoded.subarray(0, encoded.length - 3);
  const twisted = Buffer.from(encoded);
  twisted.fill(0x55, encoded.length >> 1, (encoded.length >> 1) + 40);
  for (const body of [cut, twisted, Buffer.concat([encoded, Buffer.from("more")]), Buffer.from("not compressed")]) {
    const { upstream, gateway, client } = await start();
    client.write(sized(name, body));
    const [response] = await client.responsesUntilClose();
    expect(response?.status).toBe(400);
    expect((await gateway.finishedCount(1)).record.failure).toBe("content_coding_invalid");
    await Promise.all(upstream.connections.map((connection) => connection.closed()));
    expect(upstream.requests).toEqual([]);
    expect(upstream.connections.map(({ received }) => received.includes("\r\n0\r\n"))).not.toContain(true);
  }
});

test("a client of HTTP/2 that goes on after the damage is answered 400, and the session lives", async () => {
  const { upstream, gateway } = await start();
  const session = await openSession(gateway);
  const stream = ask(session, { ":method": "POST", "content-encoding": "br" }, null);
  const answered = responseOn(stream);
  const noise = Buffer.alloc(16_000, "no brotli at all");
  for (let count = 0; count < 20; count += 1) stream.write(noise);
  expect((await answered).status).toBe(400);
  expect((await get(session, "/after")).status).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(["/after"]);
});

test("an upstream of HTTP/2 gets the text, held or not, and again where it refused the stream", async () => {
  const received: [path: string, length: string | undefined, text: string][] = [];
  let refusals = 0;
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers) => {
      if (headers[":path"] === "/again" && refusals++ === 0) return stream.close(7);
      void text(stream).then((content) => {
        received.push([headers[":path"] ?? "", headers["content-length"], content]);
        stream.respond({ ":status": 200 }, { endStream: true });
      });
    },
  });
  const buffer = { use: "buffer-request", options: { bytes: 1000 } };
  const gateway = await startDataPlane({
    routes: [
      { path: "/held", to: upstream, protocol: "h2c", middleware: [...DECOMPRESS, buffer] },
      { to: upstream, protocol: "h2c", middleware: DECOMPRESS },
    ],
  });
  const client = await RawClient.open(gateway.http);
  for (const path of ["/held", "/streamed", "/again"]) {
    client.write(sized("gzip", gzipSync("hello")).toString("latin1").replace("/x", path));
    expect((await client.response()).status).toBe(200);
  }
  expect(received).toEqual([
    ["/held", "5", "hello"],
    ["/streamed", undefined, "hello"],
    ["/again", undefined, "hello"],
  ]);
});

test("deflate without the header of zlib is taken too", async () => {
  const { upstream, client } = await start();
  client.write(head("deflate", "Transfer-Encoding: chunked"));
  for (const octet of deflateRawSync(TEXT.slice(0, 1000))) client.write(chunk(Buffer.of(octet)));
  client.write("0\r\n\r\n");
  expect((await client.response()).status).toBe(200);
  expect((await upstream.nextRequest()).body.toString()).toBe(TEXT.slice(0, 1000));
});

test.each([[["gzip", "br"]], [["zstd", "gzip"]], [["br", "deflate", "zstd"]], [["gzip", "gzip", "gzip"]]] as const)(
  "codings in a row, %j, are all taken off",
  async (names) => {
    const { upstream, client } = await start();
    const encoded = encodeAll(names, Buffer.from(TEXT));
    client.write(sized(names.join(", "), encoded));
    expect((await client.response()).status).toBe(200);
    client.write(head(names.join("\r\nContent-Encoding: "), "Transfer-Encoding: chunked"));
    for (let at = 0; at < encoded.length; at += 5_000) client.write(chunk(encoded.subarray(at, at + 5_000)));
    client.write("0\r\nX-Sum: 7\r\n\r\n");
    expect((await client.response()).status).toBe(200);
    for (const request of upstream.requests) {
      expect([digest(request.body), values(request, "content-encoding")]).toEqual([digest(Buffer.from(TEXT)), []]);
    }
    expect(upstream.requests[1]?.trailers).toEqual([["X-Sum", "7"]]);
  },
);

test("x-gzip is another name of gzip", async () => {
  const { upstream, client } = await start();
  client.write(sized("X-GZip", gzipSync("text")));
  expect((await client.response()).status).toBe(200);
  expect((await upstream.nextRequest()).body.toString()).toBe("text");
});

test("parts in a row are one body, however they are cut", async () => {
  const { upstream, client } = await start();
  for (const name of ["gzip", "zstd"] as const) {
    const both = Buffer.concat([ENCODE[name]("one "), ENCODE[name]("two")]);
    client.write(sized(name, both));
    expect((await client.response()).status).toBe(200);
    client.write(head(name, "Transfer-Encoding: chunked"));
    for (const octet of both) client.write(chunk(Buffer.of(octet)));
    client.write("0\r\n\r\n");
    expect((await client.response()).status).toBe(200);
  }
  expect(upstream.requests.map(({ body }) => body.toString())).toEqual(Array.from({ length: 4 }, () => "one two"));
});

test("codings we do not know, more than three, digests, and no body at all go on as they are", async () => {
  const { upstream, client } = await start();
  const body = gzipSync("text");
  for (const fields of [
    "Content-Encoding: compress",
    "Content-Encoding: gzip, gzip, gzip, gzip",
    "Content-Encoding: gzip, compress",
    "Content-Encoding: aws-chunked, gzip",
    "Content-Encoding: gzip\r\nContent-Digest: sha-256=:AAAA:",
    "Content-Encoding: gzip\r\nCache-Control: no-transform",
    "Content-Type: application/grpc\r\nContent-Encoding: gzip",
  ]) {
    client.write(`POST /x HTTP/1.1\r\nHost: test.example\r\n${fields}\r\nContent-Length: ${body.length}\r\n\r\n`);
    client.write(body);
    expect((await client.response()).status).toBe(200);
    const request = await upstream.nextRequest();
    expect([request.body, request.framing, values(request, "content-encoding").length]).toEqual([body, "length", 1]);
  }
  client.write(head("gzip", "Content-Length: 0"));
  await client.response();
  expect((await upstream.nextRequest()).body).toHaveLength(0);
  client.write(head("gzip", "Transfer-Encoding: chunked") + "0\r\n\r\n");
  await client.response();
  expect((await upstream.nextRequest()).body).toHaveLength(0);
});

test("an endpoint that cannot be reached costs no request, and one that expects to be asked first is", async () => {
  const upstream = await RecordingUpstream.start();
  const gone = await RecordingUpstream.start();
  const { port } = gone;
  await gone.close();
  const gateway = await startDataPlane({ routes: [{ to: [{ port }, upstream], middleware: DECOMPRESS }] });
  const client = await RawClient.open(gateway.http);
  for (let count = 0; count < 2; count += 1) {
    client.write(head("gzip", "Transfer-Encoding: chunked\r\nExpect: 100-continue"));
    await client.until("100", (received) => received.toString().split("100 Continue").length === count + 2);
    client.write(chunk(gzipSync("text")));
    client.write("0\r\n\r\n");
    const response = await client.response();
    expect([response.status, response.interim.map(({ status }) => status)]).toEqual([200, [100]]);
    expect((await upstream.nextRequest()).body.toString()).toBe("text");
  }
});

test("a client that leaves, and an upstream that takes nothing more, end it", async () => {
  const { upstream, gateway, client } = await start();
  const encoded = gzipSync(Buffer.from(Array.from({ length: 200_000 }, () => Math.random() * 256)));
  client.write(head("gzip", `Content-Length: ${encoded.length}`));
  client.write(encoded.subarray(0, 100_000));
  const connection = await upstream.connection(0);
  await connection.until("the beginning", ({ received }) => received.length > 50_000);
  client.reset();
  await connection.closed();
  expect((await gateway.finishedCount(1)).record.failure).toBe("client_closed");
  expect(connection.requests).toEqual([]);

  const refusing = await RecordingUpstream.start({
    onHead: () => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  });
  const second = await startDataPlane({ routes: [{ to: refusing, middleware: DECOMPRESS }] });
  const late = await RawClient.open(second.http);
  late.write(head("gzip", `Content-Length: ${encoded.length}`));
  late.write(encoded.subarray(0, 100_000));
  expect((await late.response()).status).toBe(403);
  late.socket.destroy();
  await once(late.socket, "close");
  expect((await second.finishedCount(1)).record.status).toBe(403);
});
