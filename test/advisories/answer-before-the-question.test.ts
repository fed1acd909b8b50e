// GHSA-35p6-xmwp-9g52 (undici): octets that wait on a pooled connection became the answer to the next request on it.
import { connect } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Intake } from "../../src/data-plane/http1/intake.ts";
import { UpstreamConnection } from "../../src/data-plane/http1/upstream-connection.ts";
import { Deadlines } from "../../src/data-plane/deadlines.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../src/data-plane/limits.ts";
import { upstreamRequest } from "../support/endpoints.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";

test("what an upstream said before the request was written is no answer to it, and the request is not sent", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const socket = connect(upstream.port, "127.0.0.1");
  await once(socket, "connect");
  const intake: Intake = { lends: true, take: () => {} };
  const options = {
    deadlines: new Deadlines(new ManualClock()),
    limits: DEFAULT_LIMITS,
    timeouts: DEFAULT_TIMEOUTS,
    onIdle: () => {},
    onClosed: () => {},
    onOutcome: () => {},
  };
  const connection = new UpstreamConnection(socket, options, intake);
  onTestFinished(() => void socket.destroy());
  const answer = connection.send(upstreamRequest());
  // They came in the same turn of the event loop: waiting in the socket when the request was made.
  intake.take(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
  await expect(answer).rejects.toMatchObject({ failure: "upstream_reset" });
  await (await upstream.connection(0)).closed();
  expect(upstream.requests).toHaveLength(0);
});
