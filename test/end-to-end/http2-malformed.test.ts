// Malformed input over HTTP/2 that is no row of the table of test/conformance, by frames written by hand.
import { expect, test } from "vitest";
import { startHttp2Gateway } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  RawHttp2,
  type RawField,
  requestFields,
} from "../support/raw-http2.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";

const ENHANCE_YOUR_CALM = 11;

async function start() {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  return { upstream, gateway, client: await RawHttp2.open(gateway) };
}

/** The pseudo-header fields of a GET with some of them replaced. */
function withPseudo(replaced: Readonly<Record<string, string>>): RawField[] {
  return requestFields().map(([name, value]) => [name, replaced[name] ?? value]);
}

test("a reset with NO_ERROR in the middle is no end, for any method", async () => {
  const { upstream, gateway, client } = await start();
  for (const [index, method] of ["POST", "HEAD"].entries()) {
    const stream = 1 + 2 * index;
    const fields = requestFields().with(0, [":method", method]);
    client.write(
      frame(FRAME.headers, END_HEADERS, stream, encodeFields(fields)),
      frame(FRAME.data, 0, stream, Buffer.from("hello")),
    );
    const connection = await upstream.connection(index);
    await connection.until("the first part", ({ received }) => received.includes("hello"));
    client.write(frame(FRAME.rst, 0, stream, Buffer.alloc(4)));
    await connection.closed();
    expect(connection.received.includes("0\r\n\r\n")).toBe(false);
  }
  await gateway.finishedCount(2);
  expect(gateway.finished.map(({ record }) => [record.failure, record.status])).toEqual([
    ["client_closed", 499],
    ["client_closed", 499],
  ]);
  expect(upstream.requests).toEqual([]);
});

test("trailers that are no fields of HTTP/1 are not passed on", async () => {
  const { upstream, gateway, client } = await start();
  for (const [index, trailers] of [[[":path", "/y"]], [["te", "gzip"]], [["connection", "x"]]].entries()) {
    const stream = 1 + 2 * index;
    client.write(
      frame(FRAME.headers, END_HEADERS, stream, encodeFields(requestFields().with(0, [":method", "POST"]))),
      frame(FRAME.data, 0, stream, Buffer.from("hello")),
      frame(FRAME.headers, END_STREAM | END_HEADERS, stream, encodeFields(trailers as unknown as RawField[])),
    );
    await client.outcome(stream);
  }
  client.request(99, requestFields());
  await client.outcome(99);
  expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(["GET /x HTTP/1.1"]);
  expect(gateway.finished.filter(({ record }) => record.status === 200)).toHaveLength(1);
});

test.each([101, 140])("%i crumbs of cookies are too many", async (count) => {
  const { upstream, gateway, client } = await start();
  client.request(1, requestFields(...Array.from({ length: count }, (): RawField => ["cookie", "a=b"])));
  const outcome = await client.outcome(1);
  if (outcome === "answered") expect((await gateway.finishedCount(1)).record.status).toBe(431);
  else expect(outcome).toBe(ENHANCE_YOUR_CALM);
  expect(upstream.connections).toEqual([]);
});

test.each([
  ["before our SETTINGS are acknowledged: 431", false],
  ["after: reset", true],
])("more than 32 KiB of fields are too many, %s", async (_name, acknowledged) => {
  const { upstream, gateway, client } = await start();
  if (acknowledged) client.write(frame(FRAME.settings, 1, 0));
  const large = Array.from({ length: 3 }, (_, index): RawField => [`x-${index}`, "a".repeat(15_000)]);
  const block = encodeFields(requestFields(...large));
  client.write(
    frame(FRAME.headers, END_STREAM, 1, block.subarray(0, 16_000)),
    frame(FRAME.continuation, 0, 1, block.subarray(16_000, 32_000)),
    frame(FRAME.continuation, END_HEADERS, 1, block.subarray(32_000)),
  );
  expect(await client.outcome(1)).toBe(acknowledged ? ENHANCE_YOUR_CALM : "answered");
  if (!acknowledged) expect((await gateway.finishedCount(1)).record.status).toBe(431);
  expect(upstream.connections).toEqual([]);
});

test("a path of more than 8 KiB is too long", async () => {
  const { upstream, gateway, client } = await start();
  client.request(1, withPseudo({ ":path": `/${"a".repeat(9000)}` }));
  expect(await client.outcome(1)).toBe("answered");
  expect((await gateway.finishedCount(1)).record.status).toBe(414);
  expect(upstream.connections).toEqual([]);
});

test("field names with an underscore are left out, as in HTTP/1", async () => {
  const { upstream, client } = await start();
  client.request(1, requestFields(["x_forwarded_for", "9.9.9.9"], ["x-a", "1"]));
  await client.outcome(1);
  const request = await upstream.nextRequest();
  expect([values(request, "x_forwarded_for"), values(request, "x-a")]).toEqual([[], ["1"]]);
});

test("host alone, and host that says the same as :authority, are taken", async () => {
  const { upstream, client } = await start();
  client.request(1, [...requestFields().toSpliced(2, 1), ["host", "test.example"]]);
  client.request(3, requestFields(["host", "TEST.example"]));
  expect([await client.outcome(1), await client.outcome(3)]).toEqual(["answered", "answered"]);
  const hosts = [values(await upstream.nextRequest(), "host"), values(await upstream.nextRequest(), "host")];
  expect(hosts.map(([host]) => host?.toLowerCase())).toEqual(["test.example", "test.example"]);
});

test.each([
  ["no preface", [Buffer.from("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n")]],
  ["a frame larger than allowed", [frame(FRAME.data, 0, 1, Buffer.alloc(20_000))]],
  ["DATA on a stream that was never opened", [frame(FRAME.data, 0, 7, Buffer.from("x"))]],
  ["HEADERS on an even stream", [frame(FRAME.headers, END_HEADERS | END_STREAM, 2, encodeFields(requestFields()))]],
  ["a field block that is none", [frame(FRAME.headers, END_HEADERS | END_STREAM, 1, Buffer.of(0xff, 0xff, 0xff))]],
  ["a SETTINGS frame of odd length", [frame(FRAME.settings, 0, 0, Buffer.alloc(5))]],
])("a session that breaks the protocol ends, alone: %s", async (name, sent) => {
  const { gateway, client } = await start();
  const other = await RawHttp2.open(gateway);
  const broken = name === "no preface" ? await RawHttp2.open(gateway, false) : client;
  broken.write(...sent);
  await broken.closed();
  other.request(1, requestFields());
  expect(await other.outcome(1)).toBe("answered");
});
