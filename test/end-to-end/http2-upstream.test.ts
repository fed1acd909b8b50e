import type { IncomingHttpHeaders } from "node:http2";
import { describe, expect, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { answerPath, Http2Upstream } from "../support/http2-upstream.ts";
import { RawClient } from "../support/raw-client.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

const GET = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";

test("a request of HTTP/1 is one of HTTP/2 to the upstream, with its fields in lower case and none of its connection", async () => {
  let got: IncomingHttpHeaders = {};
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers) => {
      got = headers;
      answerPath(stream, headers);
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write(
    "GET /a%2Fb?c HTTP/1.1\r\nHost: test.example:8080\r\nConnection: X-Hop, TE\r\nX-Hop: 1\r\nTE: trailers\r\nX-A: \xe9\r\n" +
      "Cookie: a=1; b=2\r\nKeep-Alive: 5\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
  );
  const response = await client.response();
  expect([response.status, response.body.toString(), response.framing]).toEqual([200, "/a%2Fb?c", "chunked"]);
  expect(got).toMatchObject({
    ":method": "GET",
    ":scheme": "http",
    ":authority": "test.example:8080",
    ":path": "/a%2Fb?c",
    "x-a": "\xe9",
    te: "trailers",
    cookie: "a=1; b=2",
    "x-forwarded-host": "test.example:8080",
    "x-forwarded-proto": "http",
  });
  for (const name of ["host", "connection", "x-hop", "keep-alive", "transfer-encoding"])
    expect(got).not.toHaveProperty(name);
});

describe.each(["h2c", "h2"] as const)("over %s", (protocol) => {
  async function start(onStream: Parameters<typeof Http2Upstream.start>[0]["onStream"]) {
    const { issue } = await testAuthority();
    const upstream = await Http2Upstream.start({
      onStream,
      ...(protocol === "h2" ? { tls: await issue("pod.example") } : {}),
    });
    const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol }] });
    return { upstream, gateway };
  }

  test("clients of HTTP/1 and HTTP/2 share one session", async () => {
    const { upstream, gateway } = await start(answerPath);
    const session = await openSession(gateway);
    const client = await RawClient.open(gateway.http);
    client.write(GET);
    expect((await client.response()).body.toString()).toBe("/x");
    const paths = Array.from({ length: 40 }, (_, index) => `/${index}`);
    const responses = await Promise.all(paths.map((path) => get(session, path)));
    expect(responses.map(({ body }) => body.toString())).toEqual(paths);
    expect(upstream.sessions).toHaveLength(1);
  });

  test("bodies larger than every window, and trailers, both ways", async () => {
    const { gateway } = await start((stream) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      let told = "";
      stream.on("trailers", (trailers: IncomingHttpHeaders) => (told = String(trailers["x-check"])));
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": told }));
      stream.pipe(stream);
    });
    const sent = Buffer.alloc(3_000_000, "0123456789");
    const client = await RawClient.open(gateway.http);
    client.write("POST /x HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.write(`${sent.length.toString(16)}\r\n`);
    client.write(sent);
    client.write("\r\n0\r\nX-Check: 7\r\n\r\n");
    const response = await client.response();
    expect(response.body.equals(sent)).toBe(true);
    expect(response.trailers.map(([name, value]) => [name.toLowerCase(), value])).toEqual([["x-sum", "7"]]);
    const session = await openSession(gateway);
    const answer = await responseOn(ask(session, { ":method": "POST", "content-length": sent.length }, sent));
    expect(answer.body.equals(sent)).toBe(true);
  });
});

test("HEAD, 204, 304, 103 and a response of known length", async () => {
  const upstream = await Http2Upstream.start({
    onStream: (stream, headers) => {
      const path = headers[":path"] ?? "";
      if (path === "/hints") stream.additionalHeaders({ ":status": 103, link: "</a.css>; rel=preload" });
      if (path === "/length") stream.respond({ ":status": 200, "content-length": 5 });
      else if (headers[":method"] === "HEAD")
        return stream.respond({ ":status": 200, "content-length": 12 }, { endStream: true });
      else if (path === "/204") return stream.respond({ ":status": 204 }, { endStream: true });
      else if (path === "/304") return stream.respond({ ":status": 304, etag: '"a"' }, { endStream: true });
      else stream.respond({ ":status": 200 });
      stream.end("hello");
    },
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }] });
  const session = await openSession(gateway);
  expect((await get(session, "/hints")).interim).toEqual([103]);
  expect((await get(session, "/length")).headers["content-length"]).toBe("5");
  expect((await get(session, "/204")).status).toBe(204);
  expect((await get(session, "/304")).headers.etag).toBe('"a"');
  const head = await responseOn(ask(session, { ":method": "HEAD", ":path": "/" }));
  expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, "12", 0]);
  const client = await RawClient.open(gateway.http);
  client.write("GET /length HTTP/1.1\r\nHost: test.example\r\n\r\n");
  const response = await client.response();
  expect([response.framing, response.body.toString()]).toEqual(["length", "hello"]);
});

test("an upgrade to anything but WebSocket is not made", async () => {
  const upstream = await Http2Upstream.start({ onStream: answerPath });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test("a client that leaves cancels the stream, and its half of a body does not look whole", async () => {
  const codes: number[] = [];
  const ends: string[] = [];
  const closed = Promise.withResolvers<void>();
  const upstream = await Http2Upstream.start({
    onStream: (stream) => {
      stream.on("data", () => {});
      stream.on("end", () => ends.push(stream.aborted ? "aborted" : "end"));
      stream.on("close", () => {
        codes.push(stream.rstCode ?? -1);
        closed.resolve();
      });
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write("POST /x HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
  await upstream.streams(1);
  client.socket.destroy();
  await closed.promise;
  expect([codes, ends.filter((end) => end === "end")]).toEqual([[8], []]);
});

test("a server that does not speak HTTP/2 is a connection that failed", async () => {
  const { issue } = await testAuthority();
  const { nodeUpstream } = await import("../support/servers.ts");
  const plain = await nodeUpstream((_request, response) => response.end("no"));
  const tls = await nodeUpstream((_request, response) => response.end("no"), await issue("pod.example"));
  const gateway = await startDataPlane({
    routes: [
      { to: plain, protocol: "h2c", path: "/h2c" },
      { to: tls, protocol: "h2", path: "/h2" },
    ],
  });
  const client = await RawClient.open(gateway.http);
  client.write("GET /h2c HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(502);
  client.write("GET /h2 HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(502);
  await gateway.finishedCount(2);
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual(["connect_failed", "upstream_tls_failed"]);
});
