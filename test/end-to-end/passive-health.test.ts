import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { closedPort } from "../support/servers.ts";
import { ask, askOften, attemptsOn, endpoint, fillPool, start, startFlapping } from "../support/judged-endpoints.ts";

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
