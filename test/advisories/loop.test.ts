// RFC 9110 §7.6.3 and Cloudflare's CDN-Loop (RFC 8586): a Service that leads back to the gateway, by which one request takes all connections.
import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("a request that comes back again and again is refused before it takes what others need", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  gateway.apply([{ to: { port: gateway.http } }]);
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(508);
  const last = await gateway.finishedCount(19);
  expect(last.record.status).toBe(508);
  expect(gateway.finished).toHaveLength(19);
  expect(gateway.finished[0]?.record.failure).toBe("loop_detected");
});

test("behind one proxy nothing is counted, and what a client says of it is not passed on", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  for (const lines of ["", "X-Forwarded-Host: a\r\nX-TS-Ingress-Hops: 99\r\n"]) {
    client.write(`GET /x HTTP/1.1\r\nHost: test.example\r\n${lines}\r\n`);
    expect(values(await upstream.nextRequest(), "x-ts-ingress-hops")).toEqual([]);
    expect((await client.response()).status).toBe(200);
  }
});
