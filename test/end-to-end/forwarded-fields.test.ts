import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

async function through(lines: string, answer?: string) {
  const upstream = await RecordingUpstream.start(answer === undefined ? {} : { onRequest: () => answer });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(`GET /x HTTP/1.1\r\nHost: test.example\r\n${lines}\r\n`);
  const response = await client.response();
  return { request: await upstream.nextRequest(), response };
}

test("end-to-end fields arrive in their spelling and order, several of a name too", async () => {
  const { request } = await through(
    "X-a: 1\r\nCookie: a=b\r\nx-A: 2\r\nCookie: c=d\r\nAccept:\r\nX-B: \tpadded \t\r\n",
  );
  const ours = /^(host|x-(request-id|real-ip|forwarded-.*|scheme))$/i;
  expect(request.fields.filter(([name]) => !ours.test(name))).toEqual([
    ["X-a", "1"],
    ["Cookie", "a=b"],
    ["x-A", "2"],
    ["Cookie", "c=d"],
    ["Accept", ""],
    ["X-B", "padded"],
  ]);
});

test("hop-by-hop fields end at the gateway, in both directions", async () => {
  const { request, response } = await through(
    "Connection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nProxy-Authorization: Basic eDp5\r\n",
    "HTTP/1.1 200 OK\r\nConnection: X-Theirs\r\nX-Theirs: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n",
  );
  for (const name of ["connection", "x-mine", "keep-alive", "proxy-connection", "te", "proxy-authorization"]) {
    expect(values(request, name), name).toEqual([]);
  }
  for (const name of ["x-theirs", "keep-alive", "proxy-connection"]) expect(values(response, name), name).toEqual([]);
  expect(values(response, "x-kept")).toEqual(["1"]);
});

test("an answer keeps its reason, its Date, its Server and each Set-Cookie", async () => {
  const { response } = await through(
    "",
    "HTTP/1.1 299 Just So\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: theirs\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 0\r\n\r\n",
  );
  expect([response.status, response.reason]).toEqual([299, "Just So"]);
  expect(values(response, "date")).toEqual(["Mon, 01 Jan 2024 00:00:00 GMT"]);
  expect(values(response, "server")).toEqual(["theirs"]);
  expect(values(response, "set-cookie")).toEqual(["a=b", "c=d"]);
});

test("an answer without Date gets one", async () => {
  const { response } = await through("", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  expect(values(response, "date")).toEqual([
    expect.stringMatching(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/),
  ]);
});

test("the client's request id is kept where it is one, else made", async () => {
  expect(values((await through("X-Request-ID: abc-1\r\n")).request, "x-request-id")).toEqual(["abc-1"]);
  for (const bad of ["a b", "a".repeat(1_000), "", "caf\xe9"]) {
    const ids = values((await through(`X-Request-ID: ${bad}\r\n`)).request, "x-request-id");
    expect(ids, bad).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  }
});
