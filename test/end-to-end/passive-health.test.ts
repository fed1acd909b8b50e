import { expect, test } from "vitest";
import type { HealthChange } from "../../src/data-plane/upstreams/health/ejection.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import {
  markerAnswer,
  type RecordedRequest,
  RecordingUpstream,
  type UpstreamScript,
} from "../support/recording-upstream.ts";
import { closedPort } from "../support/servers.ts";
import { type Gateway, startDataPlane } from "../support/start-data-plane.ts";

interface Listening {
  readonly port: number;
}

async function start(...endpoints: readonly Listening[]) {
  const clock = new ManualClock();
  const changes: HealthChange[] = [];
  const onHealthChange = (change: HealthChange): void => void changes.push(change);
  const gateway = await startDataPlane({ routes: [{ to: endpoints }], clock, onHealthChange });
  return { clock, changes, gateway };
}

/** One request. @returns the status, 0 for a response that was cut off */
async function ask(gateway: Gateway, path = "/x", method = "GET"): Promise<number> {
  const client = await RawClient.open(gateway.http);
  client.write(`${method} ${path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n`);
  const [response] = await client.responsesUntilClose().catch(() => []);
  return response?.status ?? 0;
}

async function askOften(gateway: Gateway, times: number): Promise<number[]> {
  const answers: number[] = [];
  for (let count = 0; count < times; count++) answers.push(await ask(gateway, "/x", count % 2 === 0 ? "GET" : "POST"));
  return answers;
}

function endpoint(gateway: Gateway, { port }: Listening) {
  const [upstream] = gateway.dataPlane.upstreamStatus();
  const found = upstream?.endpoints.find(({ endpoint }) => endpoint === `127.0.0.1:${port}`);
  if (found === undefined) throw new Error(`no endpoint on port ${port}`);
  return found;
}

function attemptsOn(gateway: Gateway, { port }: Listening): number {
  const attempts = gateway.finished.flatMap(({ record }) => record.attempts);
  return attempts.filter(({ endpoint }) => endpoint === `127.0.0.1:${port}`).length;
}

/** An upstream that resets every connection on its first request while `down`. */
async function startFlapping() {
  const state = { down: true };
  const onRequest: UpstreamScript["onRequest"] = (request) => {
    if (!state.down) return markerAnswer(request);
    request.connection.reset();
    return null;
  };
  return { state, upstream: await RecordingUpstream.start({ onRequest }) };
}

test("an endpoint that refuses connections is left alone after five, and no request fails", async () => {
  const [closed, one, two] = [await closedPort(), await RecordingUpstream.start(), await RecordingUpstream.start()];
  const { gateway, changes } = await start(closed, one, two);
  expect(new Set(await askOften(gateway, 40))).toEqual(new Set([200]));
  expect(attemptsOn(gateway, closed)).toBe(5);
  expect(changes).toEqual([
    {
      kind: "ejected",
      upstream: "upstream-0",
      endpoint: `127.0.0.1:${closed.port}`,
      failures: 5,
      failure: "connect_failed",
      time: 30_000,
    },
  ]);
  expect(endpoint(gateway, closed)).toMatchObject({ ejected: true, triedIn: 30_000, failures: 5 });
  expect(endpoint(gateway, one)).toMatchObject({ ejected: false, triedIn: null, failures: 0 });
});

test("when its time is up one request tries it: ejected for longer, or back", async () => {
  const { state, upstream } = await startFlapping();
  const other = await RecordingUpstream.start();
  const { gateway, clock, changes } = await start(upstream, other);
  await askOften(gateway, 20);
  expect(upstream.requests.length).toBe(5);
  clock.advance(29_000);
  expect(await askOften(gateway, 4)).toEqual([200, 200, 200, 200]);
  clock.advance(1_000);
  expect((await askOften(gateway, 10)).filter((status) => status !== 200)).toEqual([502]);
  expect(upstream.requests.length).toBe(6);
  clock.advance(59_000);
  expect(new Set(await askOften(gateway, 4))).toEqual(new Set([200]));
  expect(upstream.requests.length).toBe(6);
  state.down = false;
  clock.advance(1_000);
  expect(new Set(await askOften(gateway, 20))).toEqual(new Set([200]));
  expect(upstream.requests.length).toBeGreaterThan(6 + 8);
  expect(changes.map((change) => (change.kind === "ejected" ? change.time : change.kind))).toEqual([
    30_000,
    60_000,
    "returned",
  ]);
  expect(endpoint(gateway, upstream)).toMatchObject({ ejected: false, failures: 0 });
});

test("while the probe waits for its answer, others go elsewhere", async () => {
  let silent = false;
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (!silent) request.connection.reset();
      return null;
    },
  });
  const { gateway, clock } = await start(upstream, await RecordingUpstream.start());
  await askOften(gateway, 20);
  silent = true;
  clock.advance(30_000);
  const probing = await RawClient.open(gateway.http);
  probing.write("GET /probe HTTP/1.1\r\nHost: test.example\r\n\r\n");
  let probe = await upstream.nextRequest();
  while (probe.target !== "/probe") probe = await upstream.nextRequest();
  expect(new Set(await askOften(gateway, 10))).toEqual(new Set([200]));
  expect(endpoint(gateway, upstream)).toMatchObject({ ejected: true, active: 1 });
  // The first octets are enough to use it again; trust comes back with the last.
  probe.connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
  await probing.until("the first part", (received) => received.includes("hello"));
  expect(endpoint(gateway, upstream)).toMatchObject({ ejected: false, active: 1, failures: 4 });
  probe.connection.write("hello");
  expect((await probing.response()).status).toBe(200);
  expect(endpoint(gateway, upstream)).toMatchObject({ ejected: false, active: 0, failures: 0 });
});

test("responses that are cut off eject, though each began well", async () => {
  const cutting = await RecordingUpstream.start({
    onRequest: (request) => {
      request.connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
      request.connection.end();
      return null;
    },
  });
  const { gateway, changes } = await start(cutting, await RecordingUpstream.start());
  const answers = await askOften(gateway, 30);
  expect(answers.filter((status) => status === 0).length).toBe(5);
  expect(changes).toMatchObject([{ kind: "ejected", failure: "upstream_truncated" }]);
});

test("a body that ends with its connection is complete", async () => {
  const ending = await RecordingUpstream.start({
    onRequest: (request) => {
      request.connection.write("HTTP/1.1 200 OK\r\n\r\nhello");
      request.connection.end();
      return null;
    },
  });
  const { gateway, changes } = await start(ending, await RecordingUpstream.start());
  expect(new Set(await askOften(gateway, 20))).toEqual(new Set([200]));
  expect([changes, endpoint(gateway, ending).failures]).toEqual([[], 0]);
});

test("an answer is an answer, whatever its status", async () => {
  const failing = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
  });
  const { gateway, changes } = await start(failing, await RecordingUpstream.start());
  expect((await askOften(gateway, 40)).filter((status) => status === 503).length).toBe(20);
  expect(changes).toEqual([]);
});

test("clients that leave say nothing about an endpoint", async () => {
  let arrived = (): void => {};
  const script: UpstreamScript = {
    onRequest: () => {
      arrived();
      return null;
    },
  };
  const [one, two] = [await RecordingUpstream.start(script), await RecordingUpstream.start(script)];
  const { gateway, changes } = await start(one, two);
  for (let count = 1; count <= 20; count++) {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    await arrival;
    client.reset();
    expect((await gateway.finishedCount(count)).record.failure).toBe("client_closed");
  }
  expect([changes, endpoint(gateway, one).failures, endpoint(gateway, two).failures]).toEqual([[], 0, 0]);
});

/** Opens this many connections to an upstream by requests that are answered together; all are pooled then. */
async function fillPool(gateway: Gateway, upstream: RecordingUpstream, count: number): Promise<void> {
  const asked = Array.from({ length: count }, () => ask(gateway, "/hold"));
  const held: RecordedRequest[] = [];
  while (held.length < count) held.push(await upstream.nextRequest());
  for (const request of held) request.connection.write(markerAnswer(request));
  await Promise.all(asked);
  expect(endpoint(gateway, upstream).idle).toBe(count);
}

test("pooled connections that were closed meanwhile say nothing either", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target !== "/hold") request.connection.reset();
      return null;
    },
  });
  const { gateway } = await start(upstream);
  await fillPool(gateway, upstream, 6);
  for (let count = 0; count < 6; count++) expect(await ask(gateway, "/x", "POST")).toBe(502);
  expect(endpoint(gateway, upstream).failures).toBe(0);
  expect(await ask(gateway, "/x", "POST")).toBe(502);
  expect(endpoint(gateway, upstream).failures).toBe(1);
});

test("an endpoint that is ejected keeps no connection: its probe finds out whether it can be reached", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/hold" ? null : "HTTP/1.1 never\r\n\r\n"),
  });
  const { gateway, changes } = await start(upstream);
  await fillPool(gateway, upstream, 7);
  const late = ask(gateway, "/hold");
  const held = await upstream.nextRequest();
  gateway.apply([{ to: [upstream, await RecordingUpstream.start()] }]);
  await askOften(gateway, 12);
  expect(changes).toMatchObject([{ kind: "ejected", failure: "upstream_invalid" }]);
  expect(endpoint(gateway, upstream)).toMatchObject({ active: 1, idle: 0 });
  held.connection.write(markerAnswer(held));
  expect(await late).toBe(200);
  await Promise.all(upstream.connections.map((connection) => connection.closed()));
});

test("an endpoint that is listed no longer is not judged", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target !== "/hold") request.connection.reset();
      return null;
    },
  });
  const others = [await RecordingUpstream.start(), await RecordingUpstream.start()];
  const { gateway, changes } = await start(upstream);
  for (let count = 0; count < 4; count++) expect(await ask(gateway)).toBe(502);
  const late = ask(gateway, "/hold");
  let held = await upstream.nextRequest();
  while (held.target !== "/hold") held = await upstream.nextRequest();
  gateway.apply([{ to: [upstream, ...others] }]);
  expect(endpoint(gateway, upstream)).toMatchObject({ failures: 4, active: 1 });
  gateway.apply([{ to: others }]);
  held.connection.reset();
  expect(await late).toBe(502);
  expect(changes).toEqual([]);
});

test("an upgrade is a success", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target === "/tunnel")
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
      request.connection.reset();
      return null;
    },
  });
  const { gateway } = await start(upstream);
  for (let count = 0; count < 4; count++) expect(await ask(gateway)).toBe(502);
  const client = await RawClient.open(gateway.http);
  client.write("GET /tunnel HTTP/1.1\r\nHost: test.example\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  expect((await client.response()).status).toBe(101);
  expect(endpoint(gateway, upstream)).toMatchObject({ failures: 0, active: 0, idle: 0 });
});

test("a single endpoint is never ejected", async () => {
  const closed = await closedPort();
  const { gateway, changes } = await start(closed);
  expect(new Set(await askOften(gateway, 20))).toEqual(new Set([502]));
  expect(attemptsOn(gateway, closed)).toBe(20);
  expect([changes, endpoint(gateway, closed).failures]).toEqual([[], 20]);
});

test("a change of the list keeps what is known; where only ejected endpoints are left, they are used", async () => {
  const { state, upstream } = await startFlapping();
  const [one, two] = [await RecordingUpstream.start(), await RecordingUpstream.start()];
  const { gateway, changes } = await start(upstream, one);
  await askOften(gateway, 20);
  gateway.apply([{ to: [two, upstream] }]);
  expect(new Set(await askOften(gateway, 10))).toEqual(new Set([200]));
  expect([upstream.requests.length, two.requests.length]).toEqual([5, 10]);
  gateway.apply([{ to: [upstream] }]);
  expect(await ask(gateway)).toBe(502);
  expect(upstream.requests.length).toBe(6);
  state.down = false;
  // What began in the same half second as the ejection may have begun before it.
  expect(endpoint(gateway, upstream).ejected).toBe(true);
  gateway.apply([{ to: [upstream, one] }]);
  expect([changes.length, endpoint(gateway, upstream).ejected]).toEqual([1, true]);
});

test("all ejected and one answers again: it is back at once, without its time being up", async () => {
  const { state, upstream } = await startFlapping();
  const { gateway, clock, changes } = await start(upstream, await RecordingUpstream.start());
  await askOften(gateway, 20);
  gateway.apply([{ to: [upstream] }]);
  clock.advance(1_000);
  state.down = false;
  expect(await ask(gateway)).toBe(200);
  expect(changes.map(({ kind }) => kind)).toEqual(["ejected", "returned"]);
});

test("where all others failed, an ejected endpoint is tried rather than none", async () => {
  const { state, upstream } = await startFlapping();
  const other = await RecordingUpstream.start();
  const { gateway } = await start(upstream, other);
  await askOften(gateway, 20);
  state.down = false;
  await other.close();
  expect(await ask(gateway)).toBe(200);
  expect(gateway.finished.at(-1)?.record.attempts.at(-1)).toMatchObject({ endpoint: `127.0.0.1:${upstream.port}` });
});

test("the status counts requests and connections", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const { gateway } = await start(upstream);
  const asked = ask(gateway);
  const { connection } = await upstream.nextRequest();
  expect(endpoint(gateway, upstream)).toMatchObject({ active: 1, idle: 0 });
  connection.write("HTTP/1.1 204 No Content\r\n\r\n");
  expect(await asked).toBe(204);
  expect(gateway.dataPlane.upstreamStatus()).toEqual([
    {
      upstream: "upstream-0",
      endpoints: [
        { endpoint: `127.0.0.1:${upstream.port}`, ejected: false, triedIn: null, failures: 0, active: 0, idle: 1 },
      ],
      requests: 1,
      retries: 0,
    },
  ]);
});
