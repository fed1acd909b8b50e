import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ANSWER =
  "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\nX-Sum: 7\r\n\r\n";

test("trailers go through in both directions, and stay trailers", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => ANSWER });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(
    "POST /x HTTP/1.1\r\nHost: test.example\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Check: a b\r\n\r\n",
  );

  const response = await client.response();
  expect(response.body.toString()).toBe("abc");
  expect(response.trailers).toEqual([
    ["X-Sum", "6"],
    ["X-Sum", "7"],
  ]);
  expect(response.fields.some(([name]) => name.toLowerCase() === "x-sum")).toBe(false);

  const request = await upstream.nextRequest();
  expect(request.body.toString()).toBe("hi");
  expect(request.trailers).toEqual([["X-Check", "a b"]]);
  expect(request.fields.some(([name]) => name.toLowerCase() === "x-check")).toBe(false);
});

test("a client of HTTP/1.0 gets the body without them", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => ANSWER });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.0\r\nHost: test.example\r\n\r\n");
  const [response] = await client.responsesUntilClose();
  expect([response?.framing, response?.body.toString()]).toEqual(["until-close", "abc"]);
});

test("forbidden response trailers are dropped", async () => {
  const forbidden = "Content-Length: 3\r\nSet-Cookie: a=b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n";
  const upstream = await RecordingUpstream.start({
    onRequest: () => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${forbidden}X-Kept: 1\r\n\r\n`,
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).trailers).toEqual([["X-Kept", "1"]]);
});
