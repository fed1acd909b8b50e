import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { chunk, encodeAll, head, lines, sized, start, TEXT } from "../support/coded-requests.ts";
import { ENCODE, NAMES } from "../support/encode.ts";

test("a bomb within a bomb bursts no further than one alone, and its damage is told, whichever coding has it", async () => {
  const zeros = Buffer.alloc(48 * 1024 * 1024);
  const inner = gzipSync(Buffer.from(TEXT));
  const cut = inner.subarray(0, inner.length - 5);
  const outer = gzipSync(inner);
  for (const [codings, body, status] of [
    ["gzip, gzip", encodeAll(["gzip", "gzip"], zeros), 413],
    ["gzip, gzip, gzip", encodeAll(["gzip", "gzip", "gzip"], zeros), 413],
    ["gzip, gzip", gzipSync(cut), 400],
    ["gzip, gzip", outer.subarray(0, outer.length - 5), 400],
    ["gzip, gzip", gzipSync("no gzip"), 400],
    ["gzip, gzip", gzipSync(Buffer.concat([inner, Buffer.from("more")])), 400],
  ] as const) {
    const { upstream, client } = await start();
    client.write(sized(codings, body));
    expect((await client.response()).status).toBe(status);
    await Promise.all(upstream.connections.map((connection) => connection.closed()));
    expect(upstream.requests).toEqual([]);
    for (const { received } of upstream.connections) expect(received.length).toBeLessThan(4 * 1024 * 1024);
  }
});

test("a thousand parts are taken, and not more: each costs more than its octets", async () => {
  const { upstream, client } = await start();
  const part = zstdCompressSync("x");
  client.write(sized("zstd", Buffer.concat(Array.from({ length: 1000 }, () => part))));
  expect((await client.response()).status).toBe(200);
  expect(upstream.requests[0]?.body.length).toBe(1000);
  client.write(sized("zstd", Buffer.concat(Array.from({ length: 1001 }, () => part))));
  expect((await client.response()).status).toBe(400);
});

test("the limit holds for what is received and for what comes of it", async () => {
  const limit = 10_000;
  for (const [body, status] of [
    [gzipSync(lines(1_000).slice(0, limit)), 200],
    [gzipSync("x".repeat(limit + 1)), 413],
    [gzipSync(lines(10_000)), 413],
  ] as const) {
    const { client } = await start(limit);
    client.write(sized("gzip", body));
    expect((await client.response()).status).toBe(status);
  }
  const { client, upstream } = await start(100);
  client.write(head("gzip", "Transfer-Encoding: chunked"));
  client.write(chunk(gzipSync(Buffer.from(Array.from({ length: 200 }, () => Math.random() * 256)))));
  expect((await client.response()).status).toBe(413);
  expect(upstream.requests).toEqual([]);
});

test.each(NAMES)("a bomb of %s is 413 before much of it has burst", async (name) => {
  const { upstream, gateway, client } = await start();
  client.write(sized(name, ENCODE[name](Buffer.alloc(48 * 1024 * 1024))));
  expect((await client.response()).status).toBe(413);
  expect((await gateway.finishedCount(1)).record.failure).toBe("payload_too_large");
  const connection = await upstream.connection(0);
  await connection.closed();
  expect(upstream.requests).toEqual([]);
  expect(connection.received.length).toBeLessThan(16 * 1024 * 1024);
});
