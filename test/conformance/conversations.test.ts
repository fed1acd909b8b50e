// Rows of the table whose input is a conversation: what counts is who says what when.
import { describe, expect, test } from "vitest";
import { values } from "../support/message.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream, type UpstreamScript } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { get, post, SMUGGLED, target } from "./case.ts";

async function start(script: UpstreamScript = {}, clock?: ManualClock) {
  const upstream = await RecordingUpstream.start(script);
  const gateway = await startDataPlane({ routes: [{ to: upstream }], ...(clock === undefined ? {} : { clock }) });
  return { upstream, gateway, client: await RawClient.open(gateway.http, { halfOpen: true }) };
}

/** A request of somebody else, answered in full: when it is over, everything that could have happened before it has happened. */
async function expectClean(port: number): Promise<void> {
  const client = await RawClient.open(port);
  client.write(target("/clean"));
  expect(values(await client.response(), "x-marker")).toEqual(["/clean"]);
}

describe("CH9 a body that trickles", () => {
  test("is ended with 408, and the upstream sees no end of it", async () => {
    const clock = new ManualClock();
    const { upstream, gateway, client } = await start({}, clock);
    client.write(post(["Transfer-Encoding: chunked"], ""));
    const connection = await upstream.connection(0);
    let sent = 0;
    for (; sent < 60 && client.peekHead() === null; sent++) {
      client.write("1\r\na\r\n");
      const before = connection.received.length;
      await Promise.race([
        connection.until("the byte", ({ received, isClosed }) => isClosed || received.length > before),
        client.closed(),
      ]);
      clock.advance(1_000);
      if (connection.isClosed) break;
      // Lets what the clock has set off reach the client before we look.
      await expectClean(gateway.http);
    }
    expect(sent).toBeGreaterThanOrEqual(9);
    expect((await client.response()).status).toBe(408);
    await connection.closed();
    expect(connection.requests).toEqual([]);
  });
});

describe("CH10 a body that ends without its end", () => {
  const beginnings = [
    ["chunked, between chunks", post(["Transfer-Encoding: chunked"], "5\r\nhello\r\n")],
    ["chunked, within a chunk", post(["Transfer-Encoding: chunked"], "a\r\nhello")],
    ["chunked, before the last CRLF", post(["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n")],
    ["by length", post(["Content-Length: 10"], "hello")],
  ] as const;
  for (const [name, bytes] of beginnings) {
    for (const how of ["end", "reset"] as const) {
      test(`${name}, ${how}`, async () => {
        const { upstream, gateway, client } = await start();
        client.write(bytes);
        const connection = await upstream.connection(0);
        await connection.until("the beginning", ({ received }) => received.includes("hello"));
        client[how]();
        await connection.closed();
        expect(connection.requests).toEqual([]);
        expect(connection.rest.toString("latin1")).not.toMatch(/\r\n0\r\n/);
        expect((await gateway.finishedCount(1)).record.failure).not.toBeNull();
        await expectClean(gateway.http);
        expect(upstream.connections.length).toBe(2);
      });
    }
  }
});

describe("CO3 an answer before the request is read", () => {
  const early = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!";
  const script: UpstreamScript = { onHead: ({ startLine }) => (startLine.startsWith("POST") ? early : null) };

  test("reaches the client, then both connections end", async () => {
    const { upstream, gateway, client } = await start(script);
    client.write(post(["Content-Length: 10"], "hello"));
    const response = await client.response();
    expect([response.status, response.body.toString()]).toEqual([413, "no!"]);
    await client.closed();
    await (await upstream.connection(0)).closed();
    await expectClean(gateway.http);
    expect(upstream.connections.length).toBe(2);
  });

  test("what is left of the body is never a request", async () => {
    const { upstream, gateway, client } = await start(script);
    client.write(post([`Content-Length: ${SMUGGLED.length}`], ""));
    expect((await client.response()).status).toBe(413);
    client.write(SMUGGLED);
    client.end();
    await client.closed();
    expect(client.rest.toString("latin1")).toBe("");
    await (await upstream.connection(0)).closed();
    await expectClean(gateway.http);
    expect(upstream.requests.map(({ target }) => target)).toEqual(["/clean"]);
  });
});

describe("CO4 bytes before the upgrade is agreed", () => {
  const EARLY = "EARLY-BYTES\r\n\r\n";
  const asking = get("Connection: Upgrade", "Upgrade: foo");
  const refusing = (answer: string): UpstreamScript => ({
    onRequest: (request) => (request.target === "/x" ? answer : markerAnswer(request)),
  });

  for (const status of ["200 OK", "404 Not Found", "426 Upgrade Required", "500 No"]) {
    test(`never reach an upstream that answers ${status}`, async () => {
      const { upstream, gateway, client } = await start(refusing(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`));
      client.write(asking + EARLY);
      expect((await client.response()).status).toBe(Number(status.slice(0, 3)));
      client.end();
      // What follows is read as a request, and is none; or the connection just ends.
      for (const { status } of await client.responsesUntilClose()) expect(status).toBe(400);
      await expectClean(gateway.http);
      for (const { received } of upstream.connections) expect(received.toString("latin1")).not.toContain("EARLY");
      expect(values(upstream.requests[0] as never, "upgrade")).toEqual(["foo"]);
    });
  }

  test("wait for the 101, then go through", async () => {
    const { upstream, gateway, client } = await start({
      onRequest: (request) => (request.target === "/x" ? null : markerAnswer(request)),
    });
    client.write(asking + EARLY);
    const { connection } = await upstream.nextRequest();
    await expectClean(gateway.http);
    expect(connection.rest.toString("latin1")).toBe("");
    connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nWELCOME");
    const response = await client.response();
    expect([response.status, values(response, "upgrade")]).toEqual([101, ["foo"]]);
    await client.until("the first bytes of the tunnel", () => client.rest.includes("WELCOME"));
    await connection.until("the early bytes", ({ rest }) => rest.toString("latin1") === EARLY);
    connection.write("\x00\xff");
    await client.until("bytes of the tunnel", () => client.rest.toString("latin1") === "WELCOME\x00\xff");
    client.end();
    await connection.closed();
  });

  test("a 101 to another protocol than the one asked for is refused", async () => {
    const { upstream, client } = await start(
      refusing("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: bar\r\n\r\n"),
    );
    client.write(asking + EARLY);
    expect((await client.response()).status).toBe(502);
    const connection = await upstream.connection(0);
    await connection.closed();
    expect(connection.received.toString("latin1")).not.toContain("EARLY");
  });
});
