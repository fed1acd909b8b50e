import { expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

async function tunnel(read?: number) {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start({ onRequest: () => SWITCH });
  const route = { to: upstream, ...(read === undefined ? {} : { timeouts: { read } }) };
  const gateway = await startDataPlane({ routes: [route], clock, timeouts: { tunnelIdle: 90_000 } });
  const client = await RawClient.open(gateway.http, { halfOpen: true });
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  expect((await client.response()).status).toBe(101);
  return { clock, gateway, client, connection: await upstream.connection(0) };
}

test("a client that does not close after the upstream has is closed, whatever it still sends", async () => {
  const { clock, gateway, client, connection } = await tunnel();
  connection.end();
  await client.closed();
  for (let second = 0; second < 40; second++) {
    client.write("still here");
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  await gateway.finishedCount(1);
  expect(gateway.dataPlane.connectionCount).toBe(0);
});

test("half-close goes through: what the upstream says after the client's end arrives", async () => {
  const { gateway, client, connection } = await tunnel();
  connection.socket.removeAllListeners("end");
  client.write("all");
  client.end();
  await connection.until("the client's end", ({ rest }) => rest.toString() === "all");
  connection.write("last words");
  await client.until("the last words", (received) => received.includes("last words"));
  connection.end();
  const { record } = await gateway.finishedCount(1);
  expect([record.tunnelled, record.requestBytes, record.responseBytes]).toEqual([true, 3, 10]);
});

test("half-close goes through: what the client says after the upstream's end arrives", async () => {
  const { gateway, client, connection } = await tunnel();
  connection.end();
  await client.closed();
  client.write("last words");
  await connection.until("the last words", ({ rest }) => rest.toString() === "last words");
  client.end();
  const { record } = await gateway.finishedCount(1);
  expect([record.tunnelled, record.requestBytes, record.responseBytes]).toEqual([true, 10, 0]);
});

for (const side of ["client", "upstream"] as const) {
  test(`a reset of the ${side} reaches the other side`, async () => {
    const { gateway, client, connection } = await tunnel();
    if (side === "client") client.reset();
    else connection.reset();
    await (side === "client" ? connection : client).closed();
    await gateway.finishedCount(1);
  });
}

test.each([
  ["as long as any", undefined, 90],
  ["as long as any, where its route lets a read take less", 5_000, 90],
  ["as long as its route lets a read take", 180_000, 180],
])("a tunnel may be silent for %s", async (_what, read, seconds) => {
  const { clock, client, gateway, connection } = await tunnel(read);
  clock.advance((seconds - 10) * 1000);
  connection.write("still here");
  await client.until("what comes late", (received) => received.includes("still here"));
  clock.advance((seconds + 2) * 1000);
  await client.closed();
  expect((await gateway.finishedCount(1)).record.responseBytes).toBe(10);
});
