import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream, type RecordedRequest } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`;

test("answers come in the order of the requests, though a later one could be had sooner", async () => {
  const held: RecordedRequest[] = [];
  const slow = await RecordingUpstream.start({
    onRequest: (request) => {
      held.push(request);
      return null;
    },
  });
  const fast = await RecordingUpstream.start();
  const gateway = await startDataPlane({
    routes: [
      { path: "/slow", to: slow },
      { path: "/", to: fast },
    ],
  });
  const client = await RawClient.open(gateway.http);
  client.write(ask("/slow") + ask("/fast") + ask("/slow/2") + ask("/fast/2"));
  for (let index = 0; index < 2; index++) {
    const request = await slow.nextRequest();
    request.connection.write(markerAnswer(request));
  }
  const markers: string[] = [];
  for (let index = 0; index < 4; index++) markers.push(...values(await client.response(), "x-marker"));
  expect(markers).toEqual(["/slow", "/fast", "/slow/2", "/fast/2"]);
  expect(held.length).toBe(2);
});

test("a hundred in one write, with bodies, each get their own", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
  client.write(
    paths
      .map((path) => `POST ${path} HTTP/1.1\r\nHost: test.example\r\nContent-Length: ${path.length}\r\n\r\n${path}`)
      .join(""),
  );
  for (const path of paths) expect(values(await client.response(), "x-marker")).toEqual([path]);
  expect(upstream.requests.map(({ target, body }) => [target, body.toString()])).toEqual(
    paths.map((path) => [path, path]),
  );
});

test("more than we hold ahead is held back, and none is lost", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  const body = "b".repeat(100_000);
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  const requests = paths.flatMap((path) => [
    ...Array.from({ length: 100 }, (_, index) => ask(`${path}/${index}`)),
    `POST ${path} HTTP/1.1\r\nHost: test.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ]);
  client.write(requests.join(""));
  const wanted = paths.flatMap((path) => [...Array.from({ length: 100 }, (_, index) => `${path}/${index}`), path]);
  for (const path of wanted) expect(values(await client.response(), "x-marker")).toEqual([path]);
  expect(upstream.requests.map(({ target }) => target)).toEqual(wanted);
  expect(upstream.requests.filter((request) => request.body.length === body.length).length).toBe(20);
});
