import { expect } from "vitest";
import type { HealthChange } from "../../src/data-plane/upstreams/health/ejection.ts";
import { ManualClock } from "./manual-clock.ts";
import { RawClient } from "./raw-client.ts";
import { markerAnswer, type RecordedRequest, RecordingUpstream, type UpstreamScript } from "./recording-upstream.ts";
import { type Gateway, startDataPlane } from "./start-data-plane.ts";

interface Listening {
  readonly port: number;
}

/** A gateway in front of endpoints, its clock, and what it told of their health. */
export async function start(...endpoints: readonly Listening[]) {
  const clock = new ManualClock();
  const changes: HealthChange[] = [];
  const onHealthChange = (change: HealthChange): void => void changes.push(change);
  const gateway = await startDataPlane({ routes: [{ to: endpoints }], clock, onHealthChange });
  return { clock, changes, gateway };
}

/** One request. @returns the status, 0 for a response that was cut off */
export async function ask(gateway: Gateway, path = "/x", method = "GET"): Promise<number> {
  const client = await RawClient.open(gateway.http);
  client.write(`${method} ${path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n`);
  const [response] = await client.responsesUntilClose().catch(() => []);
  return response?.status ?? 0;
}

/** GET and POST in turns. @returns the statuses */
export async function askOften(gateway: Gateway, times: number): Promise<number[]> {
  const answers: number[] = [];
  for (let count = 0; count < times; count++) answers.push(await ask(gateway, "/x", count % 2 === 0 ? "GET" : "POST"));
  return answers;
}

/** What the gateway knows of an endpoint of its only upstream. */
export function endpoint(gateway: Gateway, { port }: Listening) {
  const [upstream] = gateway.dataPlane.upstreamStatus();
  const found = upstream?.endpoints.find(({ endpoint }) => endpoint === `127.0.0.1:${port}`);
  if (found === undefined) throw new Error(`no endpoint on port ${port}`);
  return found;
}

/** How often an endpoint was tried by requests that are finished. */
export function attemptsOn(gateway: Gateway, { port }: Listening): number {
  const attempts = gateway.finished.flatMap(({ record }) => record.attempts);
  return attempts.filter(({ endpoint }) => endpoint === `127.0.0.1:${port}`).length;
}

/** An upstream that resets every connection on its first request while `down`. */
export async function startFlapping() {
  const state = { down: true };
  const onRequest: UpstreamScript["onRequest"] = (request) => {
    if (!state.down) return markerAnswer(request);
    request.connection.reset();
    return null;
  };
  return { state, upstream: await RecordingUpstream.start({ onRequest }) };
}

/** Opens this many connections to an upstream by requests that are answered together; all are pooled then. */
export async function fillPool(gateway: Gateway, upstream: RecordingUpstream, count: number): Promise<void> {
  const asked = Array.from({ length: count }, () => ask(gateway, "/hold"));
  const held: RecordedRequest[] = [];
  while (held.length < count) held.push(await upstream.nextRequest());
  for (const request of held) request.connection.write(markerAnswer(request));
  await Promise.all(asked);
  expect(endpoint(gateway, upstream).idle).toBe(count);
}
