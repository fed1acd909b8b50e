import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { get, openSession, startHttp2Gateway } from "../../support/http2-client.ts";
import { RawClient } from "../../support/raw-client.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";
import { startDataPlane } from "../../support/start-data-plane.ts";

test("connections are counted by listener and protocol, handshakes by version", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await client.response();
  const session = await openSession(gateway);
  await get(session, "/");
  const { connections } = gateway.dataPlane.counts();
  expect(connections).toMatchObject({ open: 2, idle: 2, accepted: { http: 1, https: 1 }, turnedAway: 0 });
  expect(connections.spoken.filter(({ began }) => began > 0)).toEqual([
    { listener: "http", protocol: "http1", serving: 1, began: 1 },
    { listener: "https", protocol: "http2", serving: 1, began: 1 },
  ]);
  expect(connections.tls).toEqual([{ done: { "TLSv1.3": 1 }, failed: {} }]);
  client.socket.destroy();
  session.destroy();
  await gateway.dataPlane.drain(5000);
  expect(gateway.dataPlane.counts().connections).toMatchObject({ open: 0, idle: 0 });
  expect(gateway.dataPlane.counts().connections.spoken.map(({ serving }) => serving)).toEqual([0, 0, 0, 0]);
});

test("a handshake that fails is counted by the code of its error", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const socket = connect(gateway.https, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  // A record of a type that there is none of.
  socket.write(Buffer.from([0x7f, 3, 1, 0, 2, 0, 0]));
  await once(socket.resume(), "close");
  const [handshakes] = gateway.dataPlane.counts().connections.tls;
  expect(handshakes?.done).toEqual({});
  expect(Object.entries(handshakes?.failed ?? {})).toEqual([[expect.stringMatching(/^ERR_SSL_/), 1]]);
});

test("connections beyond the limit are counted as turned away", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }], limits: { connections: 1 } });
  await RawClient.open(gateway.http);
  await RawClient.open(gateway.http);
  const third = connect(gateway.http, "127.0.0.1");
  await once(third.on("error", () => {}).resume(), "close");
  expect(gateway.dataPlane.counts().connections).toMatchObject({ accepted: { http: 3 }, turnedAway: 1 });
});

test("the octets of a response's head are in its record", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /four HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await client.response();
  const { record } = await gateway.finishedCount(1);
  expect(record.responseHeadBytes + record.responseBytes).toBe(client.socket.bytesRead);
});
