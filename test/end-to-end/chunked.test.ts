import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("chunks go through as they come, both ways, without waiting for the end", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => null,
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);

  client.write("POST /x HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n");
  const connection = await upstream.connection(0);
  for (const part of ["one", "two", "three"]) {
    client.write(`${part.length.toString(16)}\r\n${part}\r\n`);
    await connection.until(part, ({ received }) => received.includes(`\r\n${part}\r\n`));
  }
  client.write("0\r\n\r\n");
  const request = await upstream.nextRequest();
  expect(request.body.toString()).toBe("onetwothree");

  connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  await client.until("the head", () => client.peekHead() !== null);
  for (const part of ["four", "five", "six"]) {
    connection.write(`${part.length.toString(16)}\r\n${part}\r\n`);
    await client.until(part, (received) => received.includes(`\r\n${part}\r\n`));
  }
  connection.write("0\r\n\r\n");
  const response = await client.response();
  expect([response.framing, response.body.toString()]).toEqual(["chunked", "fourfivesix"]);
});

test("a server-sent event does not wait for the next one, by length or until close either", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  for (const framing of ["Content-Length: 100\r\n", ""]) {
    const client = await RawClient.open(gateway.http);
    client.write("GET /events HTTP/1.1\r\nHost: test.example\r\n\r\n");
    const { connection } = await upstream.nextRequest();
    connection.write(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n${framing}\r\n`);
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      connection.write(event);
      await client.until(event, (received) => received.includes(event));
    }
  }
});
