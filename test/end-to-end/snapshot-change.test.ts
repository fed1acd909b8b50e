import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`;

test("a request that runs is finished by the routes it began with, the next one goes by the new ones", async () => {
  const before = await RecordingUpstream.start({ onRequest: () => null });
  const after = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: before }] });
  const client = await RawClient.open(gateway.http);
  client.write(ask("/1"));
  const running = await before.nextRequest();
  gateway.apply([{ to: after }]);
  running.connection.write(markerAnswer(running));
  expect((await client.response()).body.toString()).toBe("/1");
  // Its endpoint is listed no longer: the connection is not kept.
  await running.connection.closed();
  client.write(ask("/2"));
  expect((await client.response()).body.toString()).toBe("/2");
  expect([before, after].map(({ requests }) => requests.map(({ target }) => target))).toEqual([["/1"], ["/2"]]);
});

test("an open WebSocket outlives its route and its endpoint", async () => {
  const { port, server } = await nodeUpstream((_request, response) => response.end());
  const sockets = new WebSocketServer({ server });
  onTestFinished(() => sockets.close());
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const gateway = await startDataPlane({ routes: [{ to: { port } }] });
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/`, { headers: { Host: "test.example" } });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  gateway.apply([]);
  const refused = await RawClient.open(gateway.http);
  refused.write(ask("/"));
  expect((await refused.response()).status).toBe(404);
  const heard = once(socket, "message");
  socket.send("still here");
  expect(String((await heard)[0])).toBe("still here");
});
