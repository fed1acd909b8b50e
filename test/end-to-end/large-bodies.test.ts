import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect, test } from "vitest";
import { blocks, MIB, sum } from "../support/blocks.ts";
import { sentUntilStuck } from "../support/sent-until-stuck.ts";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const SIZE = 64;

async function expected(): Promise<{ bytes: number; digest: string }> {
  return sum(Readable.from(blocks(SIZE)));
}

for (const framing of ["by length", "chunked"] as const) {
  const headers = framing === "chunked" ? {} : { "content-length": String(SIZE * MIB) };

  test(`64 MiB up, ${framing}: the same bytes`, { timeout: 60_000 }, async () => {
    const upstream = await nodeUpstream((incoming, response) => {
      void sum(incoming).then((got) => response.end(JSON.stringify(got)));
    });
    const gateway = await startDataPlane({ routes: [{ to: upstream }] });
    const asked = request({
      port: gateway.http,
      host: "127.0.0.1",
      method: "POST",
      headers: { host: "test.example", ...headers },
    });
    const answered = once(asked, "response") as Promise<[IncomingMessage]>;
    await pipeline(Readable.from(blocks(SIZE)), asked);
    const [response] = await answered;
    expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toEqual(await expected());
  });

  test(`64 MiB down, ${framing}: the same bytes`, { timeout: 60_000 }, async () => {
    const upstream = await nodeUpstream((_request, response) => {
      response.writeHead(200, headers);
      void pipeline(Readable.from(blocks(SIZE)), response);
    });
    const gateway = await startDataPlane({ routes: [{ to: upstream }] });
    const asked = request({ port: gateway.http, host: "127.0.0.1", headers: { host: "test.example" } }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    expect(await sum(response)).toEqual(await expected());
  });
}

/** Bytes the sender got rid of before it was made to wait, with a receiver that reads nothing: kernel buffers and our own bound. */
const HELD_AT_MOST = 24 * MIB;

test("an upstream that does not read makes the client wait", async () => {
  const upstream = await nodeUpstream((incoming) => void incoming.pause());
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const asked = request({ port: gateway.http, host: "127.0.0.1", method: "POST", headers: { host: "test.example" } });
  asked.on("error", () => {});
  expect(await sentUntilStuck(asked, SIZE * MIB)).toBeLessThan(HELD_AT_MOST);
  asked.destroy();
});

test("a client that does not read makes the upstream wait", async () => {
  let stuck: Promise<number> = Promise.resolve(0);
  const upstream = await nodeUpstream((_request, response) => void (stuck = sentUntilStuck(response, SIZE * MIB)));
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const asked = request({ port: gateway.http, host: "127.0.0.1", headers: { host: "test.example" } }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.pause();
  expect(await stuck).toBeLessThan(HELD_AT_MOST);
  asked.destroy();
});
