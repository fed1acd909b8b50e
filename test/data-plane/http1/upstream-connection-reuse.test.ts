import { describe, expect, test } from "vitest";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource } from "../../support/body-sink.ts";
import { connectTo, upstreamRequest } from "../../support/endpoints.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";
import { answering, content, OK } from "./answering-upstream.ts";

describe("a connection is kept when both directions are exactly complete", () => {
  test.each([
    ["a length", "GET", `${OK}Content-Length: 5\r\n\r\nhello`, "hello"],
    ["length 0", "GET", `${OK}Content-Length: 0\r\n\r\n`, ""],
    ["chunks", "GET", `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n`, "hello"],
    ["204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", ""],
    ["304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""],
    ["HEAD with a length", "HEAD", `${OK}Content-Length: 5\r\n\r\n`, ""],
    ["HEAD with a coding", "HEAD", `${OK}Transfer-Encoding: chunked\r\n\r\n`, ""],
    ["HTTP/1.0 that keeps", "GET", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi", "hi"],
    [
      "an interim response before",
      "GET",
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
      "hi",
    ],
  ])("%s", async (_what, method, octets, body) => {
    const upstream = await answering(octets);
    const { endpoint, connection } = await connectTo(upstream);
    for (let times = 0; times < 3; times++) {
      expect(endpoint.takeIdle()).toBe(times === 0 ? null : connection);
      expect(await content(await connection.send(upstreamRequest({ method })))).toBe(body);
    }
    expect(endpoint.takeIdle()).toBe(connection);
    expect(upstream.connections).toHaveLength(1);
  });
});

describe("a connection is not used again", () => {
  test.each([
    ["Connection: close", "GET", `${OK}Connection: close\r\nContent-Length: 2\r\n\r\nhi`, "hi"],
    [
      "close among other options",
      "GET",
      `${OK}Connection: x\r\nConnection: y, Close\r\nContent-Length: 2\r\n\r\nhi`,
      "hi",
    ],
    ["HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"],
    ["RS3: octets behind a length", "GET", `${OK}Content-Length: 2\r\n\r\nhi!`, "hi"],
    ["RS3: an empty line behind a length", "GET", `${OK}Content-Length: 2\r\n\r\nhi\r\n`, "hi"],
    [
      "RS3: a response behind chunks",
      "GET",
      `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n${OK}\r\n`,
      "hi",
    ],
    ["RS6: HEAD with a body", "HEAD", `${OK}Content-Length: 2\r\n\r\nhi`, ""],
    ["RS6: 204 with a body", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi", ""],
    ["RS6: 304 with chunks", "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""],
  ])("after %s", async (_what, method, octets, body) => {
    const upstream = await answering(octets);
    const { endpoint, connection } = await connectTo(upstream);
    expect(await content(await connection.send(upstreamRequest({ method })))).toBe(body);
    await (await upstream.connection(0)).closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("RS8: after a response that ended with the connection, which is complete", async () => {
    const upstream = await answering(`${OK}\r\nhello`, true);
    const { endpoint, connection } = await connectTo(upstream);
    expect(await content(await connection.send(upstreamRequest()))).toBe("hello");
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("RS3: when octets come while nobody asked", async () => {
    const upstream = await RecordingUpstream.start();
    const { endpoint, connection } = await connectTo(upstream);
    await content(await connection.send(upstreamRequest()));
    const recorded = await upstream.connection(0);
    recorded.write(`${OK}Content-Length: 6\r\n\r\npoison`);
    await recorded.closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("when the upstream closed it while it was idle", async () => {
    const upstream = await RecordingUpstream.start();
    const { endpoint, connection } = await connectTo(upstream);
    await content(await connection.send(upstreamRequest()));
    const recorded = await upstream.connection(0);
    recorded.end();
    await recorded.closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("CO3: when the response came before the request was sent whole", async () => {
    const upstream = await RecordingUpstream.start({ onHead: () => `${OK}Content-Length: 2\r\n\r\nno` });
    const { endpoint, connection } = await connectTo(upstream);
    const body = new IncomingBody(10, new CountingSource(), 1024);
    body.push(Buffer.from("01234"));
    const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    const response = await connection.send(
      upstreamRequest({ method: "POST", head, framing: { kind: "length", length: 10 }, body }),
    );
    expect(await content(response)).toBe("no");
    await (await upstream.connection(0)).closed();
    expect(endpoint.takeIdle()).toBeNull();
  });

  test("when it was idle for too long", async () => {
    const upstream = await RecordingUpstream.start();
    const { clock, endpoint, connection } = await connectTo(upstream);
    await content(await connection.send(upstreamRequest()));
    clock.advance(60_000);
    expect(endpoint.takeIdle()).toBeNull();
    await (await upstream.connection(0)).closed();
  });

  test("when it was retired while it was busy", async () => {
    const upstream = await RecordingUpstream.start({ onRequest: () => null });
    const { endpoint, connection } = await connectTo(upstream);
    const answer = connection.send(upstreamRequest());
    const { connection: recorded } = await upstream.nextRequest();
    endpoint.retire();
    recorded.write(`${OK}Content-Length: 2\r\n\r\nhi`);
    expect(await content(await answer)).toBe("hi");
    await recorded.closed();
    expect(endpoint.takeIdle()).toBeNull();
  });
});
