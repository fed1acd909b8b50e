import { connect, constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Body } from "../../../src/data-plane/exchange/body.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import type { UpstreamRequest } from "../../../src/data-plane/http1/upstream-request.ts";
import { type StreamOutcome, type StreamOwner, UpstreamStream } from "../../../src/data-plane/http2/upstream-stream.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { CountingSource } from "../../support/body-sink.ts";
import { upstreamRequest } from "../../support/endpoints.ts";
import { Http2Upstream } from "../../support/http2-upstream.ts";

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** A stream to an upstream, on a session of node:http2 that is ours to look at. */
async function open(onStream: Serve, loss: ReturnType<StreamOwner["lossOf"]> = null) {
  const upstream = await Http2Upstream.start({ onStream });
  const session = connect(`http://127.0.0.1:${upstream.port}`);
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  await once(session, "remoteSettings");
  const told: StreamOutcome[] = [];
  const closed = Promise.withResolvers<void>();
  const owner = {
    limits: DEFAULT_LIMITS,
    now: 0,
    connects: false,
    request: ({ block, framing }: UpstreamRequest) =>
      session.request(block ?? [], { endStream: framing.kind === "none", waitForTrailers: framing.kind !== "none" }),
    lossOf: () => loss,
    tell: (outcome: StreamOutcome) => told.push(outcome),
    closed: () => closed.resolve(),
  };
  return { upstream, stream: new UpstreamStream(owner), told, closed: closed.promise };
}

function asked(given: Partial<UpstreamRequest> = {}): UpstreamRequest {
  const method = given.method ?? "GET";
  const block = [":method", method, ":scheme", "http", ":path", "/x", ":authority", "a"];
  return upstreamRequest({ head: "", block, ...given });
}

const failing = (failure: string) => expect.objectContaining({ failure });

test("a response with its content and trailers", async () => {
  const { stream, told, closed } = await open((upstream) => {
    upstream.respond({ ":status": 201, "x-a": "1" }, { waitForTrailers: true });
    upstream.on("wantTrailers", () => upstream.sendTrailers({ "x-sum": "5" }));
    upstream.end("hello");
  });
  const { status, headers, body } = await stream.send(asked());
  expect([status, headers.get("x-a")]).toEqual([201, "1"]);
  expect((await (body as Body).bytes(100)).toString()).toBe("hello");
  await closed;
  expect(told).toEqual(["answered", "complete"]);
});

test.each<[string, number, string]>([
  ["REFUSED_STREAM", constants.NGHTTP2_REFUSED_STREAM, "upstream_refused"],
  ["PROTOCOL_ERROR", constants.NGHTTP2_PROTOCOL_ERROR, "upstream_invalid"],
  ["INTERNAL_ERROR", constants.NGHTTP2_INTERNAL_ERROR, "upstream_gave_up"],
])("a reset before the head with %s", async (_name, code, failure) => {
  const { stream, told, closed } = await open((upstream) => upstream.close(code));
  await expect(stream.send(asked())).rejects.toEqual(failing(failure));
  await closed;
  expect(told).toEqual([failing(failure)]);
});

test.each<[string, ReturnType<StreamOwner["lossOf"]>, string]>([
  ["it was not begun with", "unprocessed", "upstream_refused"],
  ["the connection is lost", "lost", "upstream_reset"],
  ["the upstream spoke no HTTP/2", new Failed("upstream_invalid", "x"), "upstream_invalid"],
])("a stream that ends where the session knows that %s", async (_why, loss, failure) => {
  const { stream } = await open((upstream) => upstream.close(constants.NGHTTP2_CANCEL), loss);
  await expect(stream.send(asked())).rejects.toEqual(failing(failure));
});

test("a reset in the middle of the content is no end of it", async () => {
  const { stream, told } = await open((upstream) => {
    upstream.respond({ ":status": 200 });
    // Not by `close`, which would end the content first.
    upstream.write("part", () => upstream.destroy(new Error("reset")));
  });
  const { body } = await stream.send(asked());
  await expect((body as Body).bytes(100)).rejects.toEqual(failing("upstream_truncated"));
  expect(told).toEqual(["answered", failing("upstream_truncated")]);
});

test("one that is given up is cancelled, and its upstream told so", async () => {
  const code = Promise.withResolvers<number>();
  const begun = Promise.withResolvers<void>();
  const { stream, told } = await open((upstream) => {
    upstream.on("close", () => code.resolve(upstream.rstCode ?? -1));
    begun.resolve();
  });
  const request = asked();
  const answer = stream.send(request);
  await begun.promise;
  stream.cancel(request, new Failed("client_closed", "gone"));
  await expect(answer).rejects.toEqual(failing("client_closed"));
  expect([await code.promise, told]).toEqual([constants.NGHTTP2_CANCEL, [failing("client_closed")]]);
});

test("silence for longer than the time to read", async () => {
  const begun = Promise.withResolvers<void>();
  const { stream } = await open(() => begun.resolve());
  const answer = stream.send(asked({ readTimeout: 5_000 }));
  await begun.promise;
  for (const now of [1_000, 2_000, 5_900]) stream.watch(now);
  stream.watch(6_000);
  await expect(answer).rejects.toEqual(failing("upstream_timeout"));
});

test("a body goes out as it comes, and one that fails fails the request", async () => {
  const got: string[] = [];
  const first = Promise.withResolvers<void>();
  const { stream } = await open((upstream) => {
    upstream.on("data", (piece: Buffer) => {
      got.push(String(piece));
      first.resolve();
    });
  });
  const body = new IncomingBody(null, new CountingSource(), 1_000);
  const answer = stream.send(asked({ method: "POST", body, framing: { kind: "chunked" } }));
  body.push(Buffer.from("part"));
  body.flush();
  await first.promise;
  body.fail(new Failed("client_closed", "gone"));
  await expect(answer).rejects.toEqual(failing("client_closed"));
  expect(got).toEqual(["part"]);
});

test("more interim responses than are allowed", async () => {
  const { stream } = await open((upstream) => {
    for (let count = 0; count < 20; count++) upstream.additionalHeaders({ ":status": 103 });
  });
  await expect(stream.send(asked())).rejects.toEqual(failing("upstream_invalid"));
});

test("a WebSocket is not possible, and takes no stream", async () => {
  const { upstream, stream, closed } = await open(() => {});
  await expect(stream.send(asked({ upgrade: "websocket", webSocketKey: "" }))).rejects.toEqual(
    failing("upgrade_not_possible"),
  );
  await closed;
  expect(upstream.paths).toEqual([]);
});
