import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("each exchange is recorded once, with its own route, endpoint, status and bytes of content", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: ({ method }) =>
      method === "GET"
        ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n2\r\n!!\r\n0\r\n\r\n"
        : "HTTP/1.1 204 No Content\r\n\r\n",
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }, { path: "/none", to: [] }] });
  const client = await RawClient.open(gateway.http);
  const head = "HTTP/1.1\r\nHost: test.example\r\n";
  client.write(`GET /1 ${head}\r\n`);
  await client.response();
  client.write(`POST /2 ${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`);
  await client.response();
  client.write(`GET /none ${head}\r\n`);
  const { body } = await client.response();
  client.write(`GET /none/2 ${head.replace("test.", "other.")}\r\nbroken\r\n\r\n`);
  await client.responsesUntilClose();

  const rows = gateway.finished.map(({ record: { route, status, failure, requestBytes, responseBytes, attempts } }) => [
    route?.name ?? null,
    attempts.map(({ endpoint, status }) => [endpoint, status]),
    status,
    failure,
    requestBytes,
    responseBytes,
  ]);
  const endpoint = `127.0.0.1:${upstream.port}`;
  expect(rows.slice(0, 3)).toEqual([
    ["route-0", [[endpoint, 200]], 200, null, 0, 7],
    ["route-0", [[endpoint, 204]], 204, null, 3, 0],
    ["route-1", [], 503, "no_endpoints", 0, body.length],
  ]);
  expect(rows.slice(3).map(([route, , status, failure]) => [route, status, failure])).toEqual([
    [null, 404, "no_route"],
    [null, 400, "bad_request"],
  ]);
  for (const { record } of gateway.finished) expect(record.finishedAt).toBeGreaterThanOrEqual(record.startedAt);
});

test("a client that leaves before its answer leaves no bytes of the one before in its record", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: ({ target }) => (target === "/1" ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" : null),
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /1 HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await client.response();
  client.write("GET /2 HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await upstream.nextRequest();
  await upstream.nextRequest();
  client.reset();
  const { record } = await gateway.finishedCount(2);
  expect([record.status, record.responseBytes]).toEqual([499, 0]);
});
