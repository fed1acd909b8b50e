// RFC 9113 §8.2.1 wants a request refused that has CR, LF or NUL in a field. nghttp2 leaves the field out, and node:http2 has no sign of it.
import { once } from "node:events";
import { performServerHandshake, type ServerHttp2Stream } from "node:http2";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
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

const EVIL: readonly RawField[] = [
  ["x-evil", "a\r\nX-Smuggled: 1"],
  ["x-evil", "a\r\n\r\nGET /smuggled HTTP/1.1\r\n"],
  ["x-evil", "a\0X-Smuggled: 1"],
  ["x-forwarded-for", "1.1.1.1\nX-Smuggled: 1"],
  ["cookie", "evil=1\nX-Smuggled: 1"],
  ["host", "evil.example\0"],
];
/** What would decide where a request ends. */
const DECIDING: readonly RawField[] = [
  ["content-length", "0\r\n"],
  ["transfer-encoding", "chunked\r\n"],
];
const PROTOCOL_ERROR = 1;

test.each(DECIDING)("%s with such a character is refused", async (...field) => {
  const upstream = await RecordingUpstream.start();
  const client = await RawHttp2.open(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  client.request(1, requestFields(field));
  client.request(3, requestFields());
  expect([await client.outcome(1), await client.outcome(3)]).toEqual([PROTOCOL_ERROR, "answered"]);
  expect(upstream.requests).toHaveLength(1);
});

test("what is left out of a request takes nothing with it, and nothing comes in its place", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const client = await RawHttp2.open(gateway);
  const fields = requestFields(["x-before", "1"], ...EVIL, ["cookie", "good=1"], ["x-after", "2"]);
  client.write(
    frame(FRAME.headers, END_HEADERS, 1, encodeFields(fields.with(0, [":method", "POST"]))),
    frame(FRAME.data, 0, 1, Buffer.from("hello")),
    frame(FRAME.headers, END_STREAM | END_HEADERS, 1, encodeFields([["x-evil", "a\r\n0\r\n\r\nGET /smuggled"]])),
  );
  expect(await client.outcome(1)).toBe("answered");
  client.request(3, requestFields(["x-next", "3"]));
  expect(await client.outcome(3)).toBe("answered");

  const [first, next] = [await upstream.nextRequest(), await upstream.nextRequest()];
  expect([first.startLine, first.body.toString()]).toEqual(["POST /x HTTP/1.1", "hello"]);
  expect(
    ["x-before", "x-after", "cookie", "host", "content-length", "transfer-encoding"].map((name) => values(first, name)),
  ).toEqual([["1"], ["2"], ["good=1"], ["test.example"], [], ["chunked"]]);
  expect([next.startLine, values(next, "x-next")]).toEqual(["GET /x HTTP/1.1", ["3"]]);
  expect(upstream.requests).toHaveLength(2);
  const received = upstream.connections.map((connection) => connection.received.toString("latin1")).join("");
  expect(received).not.toMatch(/evil|smuggled/i);
  expect((await gateway.finishedCount(2)).record.status).toBe(200);
});

test("node:http2 has no sign of it, however strict: when this fails, such requests can be refused", async () => {
  const events: string[] = [];
  const raw: string[][] = [];
  const server = createServer((socket) => {
    const strict = {
      strictFieldWhitespaceValidation: true,
      strictSingleValueFields: true,
      maxSessionInvalidFrames: 1,
    };
    const session = performServerHandshake(socket, strict);
    for (const event of ["error", "frameError", "goaway"]) session.on(event, () => void events.push(event));
    session.on("stream", (stream: ServerHttp2Stream, _headers: unknown, _flags: number, ...rest: unknown[]) => {
      for (const event of ["error", "frameError", "aborted"]) stream.on(event, () => void events.push(event));
      raw.push(rest[0] as string[]);
      stream.respond({ ":status": 200 }, { endStream: true });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const client = await RawHttp2.openPlain({ http: (server.address() as AddressInfo).port });
  for (const [index, field] of EVIL.entries()) {
    client.request(1 + 2 * index, requestFields(field, ["x-after", "2"]));
    expect(await client.outcome(1 + 2 * index)).toBe("answered");
  }
  expect(new Set(raw.map((fields) => fields.join("|")))).toEqual(
    new Set([[...requestFields().flat(), "x-after", "2"].join("|")]),
  );
  expect(events).toEqual([]);
});
