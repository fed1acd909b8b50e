import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";

test("a GET is an HTTP/1.1 request to the upstream, and its response one of HTTP/2", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const session = await openSession(gateway);
  const response = await responseOn(
    ask(session, {
      ":path": "/x?y=%2f",
      "user-agent": "test",
      "x-a": "1",
      "x-forwarded-for": "9.9.9.9",
      te: "trailers",
    }),
  );
  expect([response.status, response.body.toString(), response.headers["x-marker"]]).toEqual([
    200,
    "/x?y=%2f",
    "/x?y=%2f",
  ]);
  expect(response.headers["content-length"]).toBe("8");
  expect(response.headers.date).toMatch(/GMT$/);

  const request = await upstream.nextRequest();
  expect(request.startLine).toBe("GET /x?y=%2f HTTP/1.1");
  expect(request.framing).toBe("none");
  const told = ["host", "user-agent", "x-a", "x-forwarded-for", "x-original-forwarded-for", "x-forwarded-proto", "te"];
  expect(told.map((name) => values(request, name))).toEqual([
    ["test.example"],
    ["test"],
    ["1"],
    ["127.0.0.1"],
    ["9.9.9.9"],
    ["https"],
    [],
  ]);
  const exchange = await gateway.finishedCount(1);
  expect([exchange.request.httpVersion, exchange.request.clientAddress, exchange.record.status]).toEqual([
    "2",
    "127.0.0.1",
    200,
  ]);
  expect(exchange.record.responseBytes).toBe(8);
});

test("HEAD has the length of the GET and no content", async () => {
  const upstream = await RecordingUpstream.start();
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const response = await responseOn(ask(session, { ":method": "HEAD", ":path": "/four" }));
  expect([response.status, response.headers["content-length"], response.body.length]).toEqual([200, "5", 0]);
  expect((await upstream.nextRequest()).method).toBe("HEAD");
});

test("a POST goes by its length where it declares one, and chunked where it does not", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const session = await openSession(gateway);
  await responseOn(ask(session, { ":method": "POST", "content-length": "5" }, "hello"));
  await responseOn(ask(session, { ":method": "POST" }, "hello"));
  await responseOn(ask(session, { ":method": "POST", "content-length": "0" }));
  const requests = [await upstream.nextRequest(), await upstream.nextRequest(), await upstream.nextRequest()];
  expect(requests.map(({ framing, body }) => [framing, body.toString()])).toEqual([
    ["length", "hello"],
    ["chunked", "hello"],
    ["length", ""],
  ]);
  expect((await gateway.finishedCount(1)).record.requestBytes).toBe(5);
});

test("cookies that came apart go on in one field, repeated fields of a response stay apart", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const response = await responseOn(ask(session, { ":path": "/", cookie: ["a=1", "b=2", "c=3"] }));
  expect(values(await upstream.nextRequest(), "cookie")).toEqual(["a=1; b=2; c=3"]);
  expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
});

test("fields that belong to the upstream's connection do not come through", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () =>
      "HTTP/1.1 200 Fine\r\nConnection: X-Gone\r\nX-Gone: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: \xe9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const { headers, body } = await get(session, "/");
  expect(body.toString()).toBe("hi");
  expect(Object.keys(headers).toSorted()).toEqual([":status", "date", "x-kept"]);
  expect(headers["x-kept"]).toBe("\xe9");
});

test("an answer of the gateway itself: 404 for a host without route, 204 and 304 without content", async () => {
  let status = 204;
  const upstream = await RecordingUpstream.start({ onRequest: () => `HTTP/1.1 ${status} X\r\nETag: "a"\r\n\r\n` });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const lost = await responseOn(ask(session, { ":authority": "other.example" }));
  expect([lost.status, lost.headers["content-type"]]).toEqual([404, "text/plain; charset=utf-8"]);
  expect(lost.body.toString()).toContain("Request ID");
  expect((await get(session, "/")).status).toBe(204);
  status = 304;
  const unchanged = await get(session, "/");
  expect([unchanged.status, unchanged.headers.etag, unchanged.body.length]).toEqual([304, '"a"', 0]);
});

test("Early Hints and 100 (Continue) come before the response, the latter to who asked", async () => {
  const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
  const upstream = await RecordingUpstream.start({
    onHead: () => `HTTP/1.1 100 Continue\r\n\r\n${hints}`,
    onRequest: markerAnswer,
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  expect((await get(session, "/")).interim).toEqual([103]);
  const careful = ask(session, { ":method": "POST", expect: "100-continue" }, null);
  // node:http2's client says "continue" apart from the other interim responses.
  await once(careful, "continue");
  careful.end("hello");
  expect((await responseOn(careful)).status).toBe(200);
});

test("a hundred requests at a time are each answered with their own response", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const session = await openSession(gateway);
  const paths = Array.from({ length: 300 }, (_, index) => `/${index}`);
  const responses = await Promise.all(paths.map((path) => get(session, path)));
  expect(responses.map(({ body }) => body.toString())).toEqual(paths);
  expect(session.remoteSettings.maxConcurrentStreams).toBe(100);
  expect(gateway.dataPlane.connectionCount).toBe(1);
});

async function agreedOn(port: number, ca: string, ALPNProtocols?: string[]): Promise<string | false | null> {
  const offer = ALPNProtocols === undefined ? {} : { ALPNProtocols };
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", ca, servername: "test.example", ...offer });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket.alpnProtocol;
}

test("a client that offers only HTTP/1.1, or nothing, is served by HTTP/1.1 on the same port", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const { https, ca } = gateway;
  expect(await agreedOn(https, ca, ["http/1.1"])).toBe("http/1.1");
  expect(await agreedOn(https, ca)).toBe(false);
  expect(await agreedOn(https, ca, ["http/1.1", "h2"])).toBe("h2");
  const client = await RawClient.open(https, { tls: { ca, servername: "test.example", ALPNProtocols: ["http/1.1"] } });
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test("with http2: false it is not offered", async () => {
  const upstream = await RecordingUpstream.start();
  const { https, ca } = await startHttp2Gateway({ routes: [{ to: upstream }], http2: false });
  expect(await agreedOn(https, ca, ["h2", "http/1.1"])).toBe("http/1.1");
});
