import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ask, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, type RouteSketch, startDataPlane } from "../support/start-data-plane.ts";

const BUFFER = { use: "buffer-request", options: { bytes: 100 } };

async function start(route: Partial<RouteSketch> = {}, options: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, middleware: [BUFFER], ...route }], ...options });
  return { upstream, gateway, client: await RawClient.open(gateway.http) };
}

const head = (...fields: string[]): string =>
  ["POST /x HTTP/1.1", "Host: test.example", ...fields, "", ""].join("\r\n");
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked";

/** Whatever was on its way to the gateway has arrived: it answers on another connection. */
async function settled(port: number): Promise<void> {
  const other = await RawClient.open(port);
  other.write("GET /settled HTTP/1.1\r\nHost: other.example\r\n\r\n");
  await other.response();
  other.socket.destroy();
}

describe("a body that is small enough", () => {
  test("is with us whole before the upstream hears of it, and goes on with its length", async () => {
    const { upstream, gateway, client } = await start();
    client.write(head("Content-Length: 10") + "01234");
    await settled(gateway.http);
    expect(upstream.connections).toEqual([]);
    client.write("56789");
    expect((await client.response()).status).toBe(200);
    client.write(head(CHUNKED) + chunk("hello "));
    await settled(gateway.http);
    client.write(`${chunk("world")}0\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
    const [sized, chunked] = upstream.requests;
    expect([sized?.framing, sized?.body.toString()]).toEqual(["length", "0123456789"]);
    expect([chunked?.framing, chunked?.body.toString()]).toEqual(["length", "hello world"]);
    expect((await gateway.finishedCount(4)).record.requestBytes).toBe(11);
  });

  test("keeps its trailers, and its chunks for them", async () => {
    const { upstream, client } = await start();
    client.write(`${head(CHUNKED)}${chunk("hello")}0\r\nX-Sum: 1\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
    const request = await upstream.nextRequest();
    expect([request.framing, request.body.toString(), request.trailers]).toEqual([
      "chunked",
      "hello",
      [["X-Sum", "1"]],
    ]);
  });

  test("is asked for by us, and the upstream is not", async () => {
    const { upstream, client } = await start();
    client.write(head("Content-Length: 5", "Expect: 100-continue"));
    await client.until("100", (received) => received.includes("100 Continue"));
    expect(upstream.connections).toEqual([]);
    client.write("hello");
    const response = await client.response();
    expect([response.status, response.interim.length]).toEqual([200, 1]);
    const request = await upstream.nextRequest();
    expect([request.body.toString(), values(request, "expect")]).toEqual(["hello", []]);
  });

  test("comes over HTTP/2 as well", async () => {
    const { upstream, gateway } = await start();
    const stream = ask(await openSession(gateway), { ":method": "POST" }, null);
    const answered = responseOn(stream);
    stream.write("hello ");
    await settled(gateway.http);
    expect(upstream.connections).toEqual([]);
    stream.end("world");
    expect((await answered).status).toBe(200);
    const request = await upstream.nextRequest();
    expect([request.framing, request.body.toString()]).toEqual(["length", "hello world"]);
  });

  test("is sent to the next endpoint where the first cannot be reached", async () => {
    const gone = await RecordingUpstream.start();
    const { port } = gone;
    await gone.close();
    const upstream = await RecordingUpstream.start();
    const gateway = await startDataPlane({ routes: [{ to: [{ port }, upstream], middleware: [BUFFER] }] });
    const client = await RawClient.open(gateway.http);
    for (let count = 0; count < 2; count += 1) {
      client.write(`${head(CHUNKED)}${chunk("hello")}0\r\n\r\n`);
      expect((await client.response()).status).toBe(200);
    }
    expect(upstream.requests.map(({ body }) => body.toString())).toEqual(["hello", "hello"]);
    expect(gateway.finished.some(({ record }) => record.attempts.length === 2)).toBe(true);
  });
});

describe("a client that does not finish", () => {
  test("was never there for the upstream when it leaves, over HTTP/1 and HTTP/2", async () => {
    const { upstream, gateway, client } = await start();
    client.write(head("Content-Length: 10") + "01234");
    await settled(gateway.http);
    client.reset();
    expect((await gateway.finishedCount(2)).record.failure).toBe("client_closed");
    const stream = ask(await openSession(gateway), { ":method": "POST" }, null);
    stream.write("hello");
    await settled(gateway.http);
    stream.close(8);
    expect((await gateway.finishedCount(4)).record.failure).toBe("client_closed");
    expect(upstream.connections).toEqual([]);
  });

  test("is answered 408 when it is too slow, 400 when it sends nonsense", async () => {
    const clock = new ManualClock();
    const { upstream, gateway, client } = await start({}, { clock });
    client.write(head("Content-Length: 10") + "01234");
    await settled(gateway.http);
    for (let second = 0; second < 35; second += 1) clock.advance(1_000);
    expect((await client.responsesUntilClose()).map(({ status }) => status)).toEqual([408]);
    const other = await RawClient.open(gateway.http);
    other.write(`${head(CHUNKED)}${chunk("hello")}nonsense\r\n`);
    expect((await other.responsesUntilClose()).map(({ status }) => status)).toEqual([400]);
    expect(upstream.connections).toEqual([]);
  });
});

describe("a larger body", () => {
  test("is streamed where it says so, and the upstream is asked for it", async () => {
    const { upstream, client } = await start();
    client.write(head("Content-Length: 101", "Expect: 100-continue"));
    const connection = await upstream.connection(0);
    await client.until("100", (received) => received.includes("100 Continue"));
    client.write("x".repeat(60));
    await connection.until("the beginning", ({ received }) => received.includes("x".repeat(60)));
    client.write("x".repeat(41));
    expect((await client.response()).status).toBe(200);
    expect(values(await upstream.nextRequest(), "expect")).toHaveLength(1);
  });

  test("is streamed from when it turns out to be, in chunks, and none of it is lost", async () => {
    const { upstream, client } = await start();
    client.write(head(CHUNKED) + chunk("a".repeat(60)));
    client.write(chunk("b".repeat(60)));
    const connection = await upstream.connection(0);
    await connection.until("the beginning", ({ received }) => received.includes("b".repeat(60)));
    client.write(`${chunk("c".repeat(200_000))}0\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
    const { framing, body } = await upstream.nextRequest();
    expect([framing, body.toString()]).toEqual(["chunked", "a".repeat(60) + "b".repeat(60) + "c".repeat(200_000)]);
  });

  test("cut off after that, it is cut off at the upstream", async () => {
    const { upstream, gateway, client } = await start();
    client.write(head(CHUNKED) + chunk("a".repeat(150)));
    const connection = await upstream.connection(0);
    await connection.until("the beginning", ({ received }) => received.includes("a".repeat(150)));
    client.reset();
    await connection.closed();
    expect(connection.requests).toEqual([]);
    expect((await gateway.finishedCount(1)).record.failure).toBe("client_closed");
  });

  test("above the limit of its route is 413 before the upstream hears of it", async () => {
    const { upstream, client } = await start({ requestBodyLimit: 50 });
    client.write(head(CHUNKED) + chunk("a".repeat(40)) + chunk("b".repeat(40)));
    expect((await client.responsesUntilClose()).map(({ status }) => status)).toEqual([413]);
    expect(upstream.connections).toEqual([]);
  });
});

test("the messages of gRPC, and what has no body, do not wait", async () => {
  const { upstream, client } = await start();
  client.write(head(CHUNKED, "Content-Type: application/grpc") + chunk("hello"));
  const connection = await upstream.connection(0);
  await connection.until("the beginning", ({ received }) => received.includes("hello"));
  client.write("0\r\n\r\n");
  await client.response();
  client.write("GET /y HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test("while too much is held, bodies are streamed; what is over counts no more", async () => {
  const { upstream, gateway, client } = await start({}, { limits: { heldBytes: 50 } });
  client.write(head("Content-Length: 80") + "a".repeat(40));
  await settled(gateway.http);
  const second = await RawClient.open(gateway.http);
  // There are 10 bytes left: that it holds more is found out with its first piece.
  second.write(head("Content-Length: 80") + "b".repeat(40));
  const streamed = await upstream.connection(0);
  await streamed.until("the beginning", ({ received }) => received.includes(`\r\n\r\n${"b".repeat(40)}`));
  const third = await RawClient.open(gateway.http);
  third.write(head("Content-Length: 8") + "cc");
  const refused = await upstream.connection(1);
  await refused.until("the beginning", ({ received }) => received.includes("\r\n\r\ncc"));
  second.write("b".repeat(40));
  third.write("c".repeat(6));
  expect([(await second.response()).status, (await third.response()).status]).toEqual([200, 200]);
  client.reset();
  await gateway.finishedCount(4);
  const fourth = await RawClient.open(gateway.http);
  fourth.write(head("Content-Length: 20") + "d".repeat(10));
  await settled(gateway.http);
  expect(upstream.requests.map(({ body }) => body.length)).toEqual([80, 8]);
  expect(upstream.connections.filter(({ rest }) => rest.length > 0)).toEqual([]);
  fourth.write("d".repeat(10));
  expect((await fourth.response()).status).toBe(200);
});

test("what is decompressed is held decompressed, and has a length then", async () => {
  const { upstream, client } = await start({ middleware: [{ use: "decompress-request", options: {} }, BUFFER] });
  const body = gzipSync("hello world");
  client.write(head("Content-Encoding: gzip", `Content-Length: ${body.length}`));
  client.write(body);
  expect((await client.response()).status).toBe(200);
  const request = await upstream.nextRequest();
  expect([request.framing, request.body.toString(), values(request, "content-encoding")]).toEqual([
    "length",
    "hello world",
    [],
  ]);
  client.write(head("Content-Encoding: gzip", "Content-Length: 7") + "no gzip");
  expect((await client.response()).status).toBe(400);
  expect(upstream.requests).toHaveLength(1);
});
