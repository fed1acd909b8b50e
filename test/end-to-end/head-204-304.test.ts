import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ANSWERS: Readonly<Record<string, string>> = {
  "/head-length": 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: "a"\r\n\r\n',
  "/head-zeros": "HTTP/1.1 200 OK\r\nContent-Length: 0012\r\n\r\n",
  "/head-chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
  "/204": "HTTP/1.1 204 No Content\r\nX-Why: nothing\r\n\r\n",
  "/304": 'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\nContent-Length: 99\r\n\r\n',
  "/empty": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "/205": "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
};

test("answers without a body keep their fields and the connection on both sides", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: ({ target }) => ANSWERS[target] ?? null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  const ask = async (method: string, path: string) => {
    client.write(`${method} ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`);
    const response = await client.response({ toHead: method === "HEAD" });
    expect(response.body.length).toBe(0);
    return {
      status: response.status,
      length: values(response, "content-length"),
      coding: values(response, "transfer-encoding"),
      response,
    };
  };

  const head = await ask("HEAD", "/head-length");
  expect([head.status, head.length, values(head.response, "etag")]).toEqual([200, ["1234"], ['"a"']]);
  expect((await ask("HEAD", "/head-zeros")).length).toEqual(["12"]);
  expect((await ask("HEAD", "/head-chunked")).length).toEqual([]);
  const nothing = await ask("GET", "/204");
  expect([nothing.status, nothing.length, nothing.coding, values(nothing.response, "x-why")]).toEqual([
    204,
    [],
    [],
    ["nothing"],
  ]);
  const same = await ask("GET", "/304");
  expect([same.status, values(same.response, "etag"), same.coding]).toEqual([304, ['"b"'], []]);
  expect((await ask("GET", "/empty")).length).toEqual(["0"]);
  expect((await ask("GET", "/205")).status).toBe(205);
  expect(client.rest.length).toBe(0);
  expect(upstream.connections.length).toBe(1);
});
