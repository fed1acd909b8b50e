import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

async function start(answer?: string) {
  const upstream = await RecordingUpstream.start(answer === undefined ? {} : { onRequest: () => answer });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  return { upstream, client: await RawClient.open(gateway.http) };
}

test("is answered, then closed", async () => {
  const { upstream, client } = await start();
  client.write("GET /x HTTP/1.0\r\nHost: test.example\r\n\r\n");
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status, body }) => [status, body.toString()])).toEqual([[200, "/x"]]);
  expect((await upstream.nextRequest()).startLine).toBe("GET /x HTTP/1.1");
});

test("may ask for the connection to be kept", async () => {
  const { client } = await start();
  for (const path of ["/1", "/2"]) {
    client.write(`GET ${path} HTTP/1.0\r\nHost: test.example\r\nConnection: keep-alive\r\n\r\n`);
    const response = await client.response();
    expect([values(response, "x-marker"), values(response, "connection").map((value) => value.toLowerCase())]).toEqual([
      [path],
      ["keep-alive"],
    ]);
  }
});

test("never gets chunks, whatever it asked of the connection", async () => {
  const { client } = await start(CHUNKED);
  client.write("GET /x HTTP/1.0\r\nHost: test.example\r\nConnection: keep-alive\r\n\r\n");
  const [response] = await client.responsesUntilClose();
  expect([response?.framing, response?.body.toString()]).toEqual(["until-close", "hello"]);
});

test("an upstream that speaks HTTP/1.0 is served from too, and its connection used once", async () => {
  const { upstream, client } = await start("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
  for (let index = 0; index < 2; index++) {
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    expect((await client.response()).body.toString()).toBe("ok");
  }
  expect(upstream.connections.length).toBe(2);
});

test("without Host it is served by the rules without host, and 404 where there are none", async () => {
  const named = await RecordingUpstream.start();
  const hostless = await RecordingUpstream.start();
  for (const [routes, status] of [
    [[{ to: named }], 404],
    [[{ to: named }, { host: "*", to: hostless }], 200],
  ] as const) {
    const gateway = await startDataPlane({ routes });
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.0\r\n\r\n");
    expect((await client.responsesUntilClose()).map((response) => response.status)).toEqual([status]);
  }
  expect([named.requests.length, hostless.requests.length]).toEqual([0, 1]);
});
