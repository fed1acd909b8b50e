import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

async function errorFor(accept: string, method = "GET") {
  const gateway = await startDataPlane({ routes: [{ to: [] }] });
  const client = await RawClient.open(gateway.http);
  client.write(
    `${method} /<script>`.replace(/[<>]/g, "") +
      ` HTTP/1.1\r\nHost: test.example\r\n${accept}X-Request-ID: id-of-mine\r\n\r\n`,
  );
  const response = await client.response({ toHead: method === "HEAD" });
  expect(response.status).toBe(503);
  expect(client.rest.length).toBe(0);
  return { type: values(response, "content-type")[0]?.split(";")[0], text: response.body.toString(), response };
}

const WANTED: readonly [accept: string, type: string][] = [
  ["", "text/plain"],
  ["Accept: */*\r\n", "text/plain"],
  ["Accept: application/json\r\n", "application/json"],
  ["Accept: application/json;q=0.9, text/html;q=0.1\r\n", "application/json"],
  ["Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", "text/html"],
  ["Accept: image/png\r\n", "text/plain"],
];
for (const [accept, type] of WANTED) {
  test(`${accept.trim() || "no Accept"}: ${type}`, async () => {
    const { type: got, text } = await errorFor(accept);
    expect(got).toBe(type);
    expect(text).toContain("503");
    if (type === "application/json") expect(JSON.parse(text)).toMatchObject({ status: 503 });
    if (type === "text/html") expect(text).toMatch(/^<!doctype html>/i);
  });
}

test("a HEAD gets the fields and no body", async () => {
  const { text } = await errorFor("", "HEAD");
  expect(text).toBe("");
});

test("nothing of the inside is told", async () => {
  const gateway = await startDataPlane({ routes: [{ to: { port: 1 } }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  const response = await client.response();
  expect(response.status).toBe(502);
  expect(response.body.toString()).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|upstream-0|route-0/);
  expect(JSON.stringify(response.fields)).not.toMatch(/ECONNREFUSED|upstream-0|route-0/);
});
