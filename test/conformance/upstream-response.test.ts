import { describe, expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream, type RecordedRequest } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { HOST, target } from "./case.ts";
import { RESPONSE_CASES, type ResponseVariant } from "./cases/upstream-response.ts";

for (const { id, title, variants } of RESPONSE_CASES) {
  describe(`${id} ${title}`, () => {
    for (const variant of variants) test(variant.name, { timeout: 5_000 }, () => run(variant));
  });
}

async function run(variant: ResponseVariant): Promise<void> {
  const { method = "GET", answer } = variant;
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/x" ? answer : markerAnswer(request)),
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(`${method} /x HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  const { connection } = await upstream.nextRequest();

  if (variant.client === "truncated") await expectTruncated(client, connection, variant);
  else {
    if (variant.closesBy === "end") connection.end();
    const response = await client.response({ toHead: method === "HEAD" });
    expect(response.status).toBe(variant.client.status);
    if (variant.client.body !== undefined) expect(response.body.toString()).toBe(variant.client.body);
    if (response.status === 204)
      expect([...values(response, "content-length"), ...values(response, "transfer-encoding")]).toEqual([]);
    expect(response.interim.length).toBeLessThanOrEqual(variant.interim ?? 0);
    if (variant.later !== undefined) connection.write(variant.later);
  }
  if (!variant.reused) await connection.closed();

  // Whatever came before, the next request gets its own answer.
  const clean = await RawClient.open(gateway.http);
  clean.write(target("/clean"));
  const response = await clean.response();
  expect([response.status, values(response, "x-marker"), response.body.toString()]).toEqual([
    200,
    ["/clean"],
    "/clean",
  ]);
  expect(upstream.connections.length).toBe(variant.reused ? 1 : 2);
  if (variant.client !== "truncated") expect(client.rest.toString("latin1")).toBe("");
}

/** The first part must have reached the client before the upstream breaks off: else a 502 would be the right answer. */
async function expectTruncated(
  client: RawClient,
  connection: RecordedRequest["connection"],
  variant: ResponseVariant,
): Promise<void> {
  await client.until("the first part", (received) => received.includes("hello"));
  expect(client.peekHead()?.status).toBe(200);
  if (variant.closesBy === "end") connection.end();
  if (variant.closesBy === "reset") connection.reset();
  if (variant.later !== undefined) connection.write(variant.later);
  await client.closed();
  const received = client.rest.toString("latin1");
  const chunked = received.toLowerCase().includes("transfer-encoding: chunked");
  // A clean end would be a last chunk, or as many bytes as were declared.
  if (chunked) expect(received).not.toMatch(/\r\n0\r\n/);
  else expect(received).toMatch(/\r\nContent-Length: 10\r\n[^]*\r\nhello$/i);
}
