// RFC 9112 §9.6; curl and Node clients that report "connection reset" instead of the 413 (ingress-nginx users know it as EPIPE).
import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("a refused upload that goes on does not make the connection reset before the answer was read", async () => {
  const upstream = await RecordingUpstream.start();
  const clock = new ManualClock();
  const gateway = await startDataPlane({ routes: [{ to: upstream, requestBodyLimit: 1_000 }], clock });
  const client = await RawClient.open(gateway.http, { halfOpen: true });
  client.socket.pause();
  client.write(`POST /x HTTP/1.1\r\nHost: test.example\r\nContent-Length: 9000000\r\n\r\n`);
  await gateway.finishedCount(1);
  let failed = false;
  client.socket.on("error", () => (failed = true));
  // More than is read and thrown away, and less than what the kernel holds.
  for (let pieces = 0; pieces < 8; pieces++) {
    client.write(Buffer.alloc(64 * 1024));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.socket.resume();
  expect((await client.response()).status).toBe(413);
  expect(failed).toBe(false);
  // It ends all the same.
  const closed = new Promise((resolve) => client.socket.once("close", resolve));
  clock.advance(2_000);
  client.write("x");
  await closed;
});
