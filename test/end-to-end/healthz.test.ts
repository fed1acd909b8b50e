import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("/healthz is answered for hosts that nobody claims, and left alone for those that somebody does", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  const ask = async (path: string, host: string): Promise<number> => {
    client.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    return (await client.response()).status;
  };
  expect(await ask("/healthz", "127.0.0.1")).toBe(200);
  expect(await ask("/healthz", "unknown.example")).toBe(200);
  expect(await ask("/healthz/x", "unknown.example")).toBe(404);
  expect(upstream.requests.length).toBe(0);
  expect(await ask("/healthz", "test.example")).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(["/healthz"]);
});
