// What could end a line of HTTP/1 comes in a field of HTTP/2 as any other octet. It must not reach a client of HTTP/1.
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { values } from "../support/message.ts";
import { encodeFields, END_HEADERS, END_STREAM, FRAME, frame, type RawField } from "../support/raw-http2.ts";
import { RawClient, type Response } from "../support/raw-client.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const OK: RawField = [":status", "200"];

/** An upstream that writes frames by hand, once a request of HTTP/2 has come on a connection. */
async function answering(...frames: readonly Buffer[]): Promise<{ readonly port: number }> {
  const server = createServer((socket: Socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    socket.write(frame(FRAME.settings, 0, 0));
    let asked = false;
    socket.on("data", (piece: Buffer) => {
      if (asked || !piece.includes(Buffer.from([FRAME.headers, END_STREAM | END_HEADERS, 0, 0, 0, 1]))) return;
      asked = true;
      socket.write(Buffer.concat(frames));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port };
}

const head = (flags: number, ...fields: readonly RawField[]): Buffer =>
  frame(FRAME.headers, flags | END_HEADERS, 1, encodeFields(fields));

const EVIL = ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0X-Evil: 1", "\r\n\r\nHTTP/1.1 200 X-Evil"];
const shown = EVIL.map((evil) => [JSON.stringify(evil), evil] as const);

async function ask(frames: readonly Buffer[]) {
  const gateway = await startDataPlane({ routes: [{ to: await answering(...frames), protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET / HTTP/1.1\r\nHost: test.example\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
  const responses = await client.responsesUntilClose();
  expect(client.received.toString("latin1")).not.toContain("X-Evil");
  return {
    statuses: responses.map(({ status }) => status),
    record: (await gateway.finishedCount(1)).record,
    responses,
  };
}

test.each(shown)("%s in the status is a 502", async (_shown, evil) => {
  const { statuses, record } = await ask([head(END_STREAM, [":status", `200${evil}`])]);
  expect([statuses, record.failure]).toEqual([[502], "upstream_invalid"]);
});

// nghttp2 leaves such a field out, and node:http2 has no word for it: the rest is a response like any other.
describe.each<[string, (evil: string) => RawField]>([
  ["a value", (evil) => ["x-a", evil]],
  ["a name", (evil) => [`x-a: ${evil}`, "1"]],
  ["a cookie", (evil) => ["set-cookie", `a=${evil}`]],
])("in %s", (_place, field) => {
  test.each(shown)("%s is left out of the head", async (_shown, evil) => {
    const { statuses, responses } = await ask([head(END_STREAM, OK, field(evil), ["x-b", "good"])]);
    expect([statuses, values(responses[0] as Response, "x-b")]).toEqual([[200], ["good"]]);
  });

  test.each(shown)("%s is left out of the trailers", async (_shown, evil) => {
    const content = frame(FRAME.data, 0, 1, Buffer.from("content"));
    const { statuses, responses } = await ask([head(0, OK), content, head(END_STREAM, field(evil), ["x-b", "good"])]);
    expect([statuses, responses[0]?.body.toString()]).toEqual([[200], "content"]);
  });
});
