import { constants } from "node:http2";
import { describe, expect, onTestFinished, test } from "vitest";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { answerPath, Http2Upstream } from "../support/http2-upstream.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { encodeFields, frame, FRAME, END_HEADERS, END_STREAM, PREFACE } from "../support/raw-http2.ts";
import { RawClient } from "../support/raw-client.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const paths = (count: number): string[] => Array.from({ length: count }, (_, index) => `/${index}`);

test("GOAWAY in flight: what was begun is answered, what was not is sent again, nothing twice", async () => {
  let seen = 0;
  const served: string[] = [];
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers, session) => {
      const path = headers[":path"] ?? "";
      seen += 1;
      // Of the first session only the first five are begun with.
      if (session === upstream.sessions[0] && seen > 5) return;
      served.push(path);
      setImmediate(() => answerPath(stream, headers));
      if (seen === 5) session.goaway(constants.NGHTTP2_NO_ERROR, stream.id);
    },
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }] });
  const session = await openSession(gateway);
  const asked = paths(30).map((path) => responseOn(ask(session, { ":method": "POST", ":path": path }, "body")));
  const responses = await Promise.all(asked);
  expect(responses.map(({ body }) => body.toString())).toEqual(paths(30));
  expect(served.toSorted()).toEqual(paths(30).toSorted());
  expect(upstream.sessions.length).toBe(2);
});

test("REFUSED_STREAM: sent again, with its body; another reset is not", async () => {
  const bodies: string[] = [];
  let refused = 0;
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers) => {
      if (headers[":path"] === "/reset") return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      if (refused++ === 0) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
      stream.on("data", (piece: Buffer) => bodies.push(String(piece)));
      stream.on("end", () => answerPath(stream, headers));
    },
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }] });
  const session = await openSession(gateway);
  const response = await responseOn(ask(session, { ":method": "POST", ":path": "/x" }, "hello"));
  expect([response.body.toString(), bodies.join("")]).toEqual(["/x", "hello"]);
  expect((await get(session, "/reset")).status).toBe(502);
  const { record } = await gateway.finishedCount(2);
  expect([record.failure, record.attempts.length]).toEqual(["upstream_gave_up", 1]);
  expect(upstream.paths).toEqual(["/x", "/x", "/reset"]);
});

test("SETTINGS of one stream: as many sessions as there are requests at a time, and each is used again", async () => {
  const upstream = await Http2Upstream.start({
    options: { settings: { maxConcurrentStreams: 1 } },
    onStream: answerPath,
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }] });
  const session = await openSession(gateway);
  const responses = await Promise.all(paths(20).map((path) => get(session, path)));
  expect(responses.map(({ body }) => body.toString())).toEqual(paths(20));
  expect(upstream.paths.toSorted()).toEqual(paths(20).toSorted());
  const count = upstream.sessions.length;
  for (const path of paths(5)) expect((await get(session, path)).status).toBe(200);
  expect(upstream.sessions.length).toBe(count);
});

test("a window that stays shut is a send_timeout, and the stream is cancelled", async () => {
  const clock = new ManualClock();
  const reset = Promise.withResolvers<number>();
  const upstream = await Http2Upstream.start({
    options: { settings: { initialWindowSize: 0 } },
    onStream: (stream) => stream.on("close", () => reset.resolve(stream.rstCode ?? -1)),
  });
  const gateway = await startDataPlane({
    clock,
    routes: [{ to: upstream, protocol: "h2c", timeouts: { send: 5000 } }],
  });
  const client = await RawClient.open(gateway.http);
  client.write("POST /x HTTP/1.1\r\nHost: test.example\r\nContent-Length: 5\r\n\r\nhello");
  await upstream.streams(1);
  clock.advance(10_000);
  expect((await client.response()).status).toBe(504);
  expect((await gateway.finishedCount(1)).record.failure).toBe("send_timeout");
  expect(await reset.promise).toBe(constants.NGHTTP2_CANCEL);
});

test("silence after the request is an upstream_timeout", async () => {
  const clock = new ManualClock();
  const upstream = await Http2Upstream.start({ onStream: () => {} });
  const gateway = await startDataPlane({
    clock,
    routes: [{ to: upstream, protocol: "h2c", timeouts: { read: 5000 } }],
  });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await upstream.streams(1);
  clock.advance(10_000);
  expect((await client.response()).status).toBe(504);
  expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_timeout");
});

test("an idle session is closed after a while", async () => {
  const clock = new ManualClock();
  const upstream = await Http2Upstream.start({ onStream: answerPath });
  const gateway = await startDataPlane({ clock, routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
  await gateway.finishedCount(1);
  const closed = once(upstream.sessions[0] as object as NodeJS.EventEmitter, "close");
  clock.advance(60_000);
  await closed;
});

test("a session lost under requests: answers cut off, no second sending of what may have had an effect", async () => {
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers, session) => {
      if (headers[":path"] === "/head") {
        stream.respond({ ":status": 200 });
        stream.write("part");
      } else if (upstream.paths.length === 3) setImmediate(() => session.socket?.destroy());
    },
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }] });
  const session = await openSession(gateway);
  const cut = responseOn(ask(session, { ":path": "/head" }));
  await upstream.streams(1);
  const post = () => responseOn(ask(session, { ":method": "POST", ":path": "/x" }, "body"));
  const answers = await Promise.allSettled([cut, post(), post()]);
  expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value.status : "cut off"))).toEqual([
    "cut off",
    502,
    502,
  ]);
  expect(upstream.paths).toHaveLength(3);
});

/** An upstream that writes frames by hand, as soon as the first request has come. */
async function rawUpstream(answer: (stream: number) => Buffer): Promise<{ readonly port: number }> {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.write(frame(FRAME.settings, 0, 0));
    let asked = 0;
    socket.on("data", (piece: Buffer) => {
      // HEADERS of stream 1, wherever in the piece; there is only one request.
      if (asked === 0 && piece.includes(Buffer.from([FRAME.headers, END_STREAM | END_HEADERS, 0, 0, 0, 1]))) {
        asked = 1;
        socket.write(answer(1));
      }
    });
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port };
}

const head = (flags: number, ...fields: (readonly [string, string])[]): Buffer =>
  frame(FRAME.headers, flags | END_HEADERS, 1, encodeFields(fields));
const data = (flags: number, text: string): Buffer => frame(FRAME.data, flags, 1, Buffer.from(text));
const OK = [":status", "200"] as const;

describe("an answer that is malformed is upstream_invalid", () => {
  test.each<[string, Buffer[]]>([
    ["RS1: two lengths", [head(END_STREAM, OK, ["content-length", "1"], ["content-length", "2"])]],
    ["RS1: a length that is none", [head(END_STREAM, OK, ["content-length", "x"])]],
    ["RS1: less than its length", [head(0, OK, ["content-length", "5"]), data(END_STREAM, "abc")]],
    ["RS1: a Transfer-Encoding", [head(END_STREAM, OK, ["transfer-encoding", "chunked"])]],
    ["RS2: an upper-case name", [head(END_STREAM, OK, ["X-A", "1"])]],
    ["RS4: 101", [head(0, [":status", "101"])]],
    ["RS7: no status", [head(END_STREAM, ["x-a", "1"])]],
    ["RS7: status 099", [head(END_STREAM, [":status", "099"])]],
    ["no HTTP/2", [Buffer.from("HTTP/1.1 200 OK\r\n\r\n")]],
  ])("%s", async (what, frames) => {
    const upstream = await rawUpstream(() => Buffer.concat(frames));
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    if (what.includes("less")) await client.closed();
    else expect((await client.response()).status).toBe(502);
    expect((await gateway.finishedCount(1)).record.failure).toMatch(/^upstream_(?:invalid|truncated|reset)$/);
  });

  test("RS5: endless interim responses", async () => {
    const upstream = await rawUpstream(() =>
      Buffer.concat(Array.from({ length: 20 }, () => head(0, [":status", "103"]))),
    );
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    expect((await gateway.finishedCount(1)).record).toMatchObject({ failure: "upstream_invalid", status: 502 });
  });

  test("RS8: a reset with NO_ERROR in the middle is no end", async () => {
    const upstream = await rawUpstream(() =>
      Buffer.concat([head(0, OK), data(0, "part"), frame(FRAME.rst, 0, 1, Buffer.alloc(4))]),
    );
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    await client.closed();
    expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_truncated");
  });
});

/** Breaks HTTP/2 on the second request of its first connection; answers all others. */
async function breakingUpstream() {
  let connections = 0;
  const requests: string[] = [];
  const server = createServer((socket) => {
    const first = connections++ === 0;
    let received = Buffer.alloc(0);
    let begun = false;
    socket.on("error", () => {});
    socket.write(frame(FRAME.settings, 0, 0));
    socket.on("data", (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      if (!begun) {
        if (received.length < PREFACE.length) return;
        begun = true;
        received = received.subarray(PREFACE.length);
      }
      while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
        const stream = received.readUInt32BE(5);
        if (received[3] === FRAME.headers) {
          requests.push(`${connections} ${stream}`);
          // Content before a head is an error of the connection (RFC 9113 §8.1).
          if (first && stream === 3) socket.write(frame(FRAME.data, 0, stream, Buffer.from("x")));
          else socket.write(frame(FRAME.headers, END_HEADERS | END_STREAM, stream, encodeFields([[":status", "200"]])));
        }
        received = received.subarray(9 + received.readUIntBE(0, 3));
      }
    });
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, requests };
}

test.each([
  ["GET", 200, ["1 1", "1 3", "2 1"], 2],
  ["POST", 502, ["1 1", "1 3"], 1],
])("a session that breaks HTTP/2 is not used for the retry: %s", async (method, status, requests, attempts) => {
  const upstream = await breakingUpstream();
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /1 HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
  client.write(`${method} /2 HTTP/1.1\r\nHost: test.example\r\n\r\n`);
  expect((await client.response()).status).toBe(status);
  expect(upstream.requests).toEqual(requests);
  expect((await gateway.finishedCount(2)).record.attempts.length).toBe(attempts);
});
