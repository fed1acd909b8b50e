import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Deadlines } from "../../../src/data-plane/deadlines.ts";
import type { Downstream } from "../../../src/data-plane/exchange/exchange.ts";
import { GatewayHeaders } from "../../../src/data-plane/exchange/headers.ts";
import { DownstreamConnection } from "../../../src/data-plane/http1/downstream-connection.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../../src/data-plane/limits.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RawClient } from "../../support/raw-client.ts";

/** More than the kernel takes for a client that does not read: the rest waits in our memory. */
const MUCH = 32 * 1024 * 1024;

/** A connection whose every request is answered at once by so many bytes. */
async function answering(bytes: number) {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  let finished = (): void => {};
  const served = new Promise<void>((resolve) => (finished = resolve));
  let isClosed = false;
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => (close = resolve));
  const serve = async (_exchange: unknown, downstream: Downstream): Promise<void> => {
    const headers = new GatewayHeaders();
    await downstream.relay({ status: 200, reason: "", headers, body: "x".repeat(bytes) }).catch(() => {});
    downstream.finish();
    finished();
  };
  const connections: DownstreamConnection[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = new DownstreamConnection(
      { socket, secure: null },
      {
        scheme: "http",
        listenerPort: 80,
        strictPaths: false,
        deadlines,
        limits: DEFAULT_LIMITS,
        timeouts: DEFAULT_TIMEOUTS,
        serve: (exchange, downstream) => void serve(exchange, downstream),
        ending: () => "not",
        onClosed: () => {
          isClosed = true;
          close();
        },
      },
    );
    connections.push(connection);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
    server.close();
    deadlines.close();
  });
  const client = await RawClient.open((server.address() as AddressInfo).port, { halfOpen: true });
  return { client, clock, served, closed, isClosed: () => isClosed };
}

const ask = (fields = ""): string => `GET /x HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

test("the last response reaches a client that reads slowly, however long it takes", async () => {
  const { client, clock, served } = await answering(MUCH);
  client.socket.pause();
  client.write(ask("Connection: close\r\n"));
  await served;
  for (let second = 0; second < 20; second++) clock.advance(1_000);
  client.socket.resume();
  const [response] = await client.responsesUntilClose();
  expect(response?.body.length).toBe(MUCH);
});

test("but not one that does not read at all", async () => {
  const { client, clock, served, closed } = await answering(MUCH);
  client.socket.pause();
  client.write(ask("Connection: close\r\n"));
  await served;
  for (let second = 0; second < 40; second++) clock.advance(1_000);
  client.socket.resume();
  await expect(client.responsesUntilClose()).rejects.toThrow("cut off");
  await closed;
});

test("once it is written, a client that still sends has a second to see it", async () => {
  const { client, clock, served, closed, isClosed } = await answering(10);
  client.write(ask("Connection: close\r\n"));
  await served;
  await client.response();
  clock.advance(900);
  client.write("x");
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed()).toBe(false);
  clock.advance(1_100);
  await closed;
});

test("a client that half-closes while it reads a response is closed when it has it", async () => {
  const { client, served } = await answering(MUCH);
  client.socket.pause();
  client.write(ask());
  await served;
  client.end();
  client.socket.resume();
  // The clock stands still: no time-out does it.
  const [response] = await client.responsesUntilClose();
  expect(response?.body.length).toBe(MUCH);
});

test("the first part of a head that came with the request before has 10 s to become whole", async () => {
  const { client, clock } = await answering(10);
  client.write(`${ask()}GET /second HT`);
  await client.response();
  clock.advance(12_000);
  expect((await client.response()).status).toBe(200);
  await client.closed();
});
