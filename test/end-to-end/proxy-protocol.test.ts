import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeProxyHeader } from "../../src/data-plane/proxy-protocol/write-proxy-header.ts";
import { get } from "../support/http2-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  PREFACE,
  RawHttp2,
  requestFields,
} from "../support/raw-http2.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type Gateway, type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

const V1 = Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 1234 8080\r\n");
const V2 = writeProxyHeader({ address: "2001:db8::7", port: 1234 }, { address: "2001:db8::1", port: 8080 });
const LOCAL = Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex");
const REQUEST = Buffer.from("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
const HTTP2_REQUEST = frame(FRAME.headers, END_HEADERS | END_STREAM, 1, encodeFields(requestFields()));

async function start(sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  const defaultCertificate = await (await testAuthority()).issue("test.example");
  const options = { routes: [{ to: upstream }], proxyProtocol: true, defaultCertificate, ...sketch };
  return { upstream, gateway: await startDataPlane(options) };
}

/** A connection with nothing read from it, as TLS and HTTP/2 clients need theirs. */
async function plainSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Sends a header in one piece, or each octet in one of its own. */
async function sendHeader(socket: Socket, header: Buffer, cut: boolean): Promise<void> {
  for (const octets of cut ? [...header].map((octet) => Buffer.of(octet)) : [header]) {
    socket.write(octets);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const PROTOCOLS = {
  async http(gateway: Gateway, header: Buffer, cut: boolean) {
    const client = await RawClient.open(gateway.http);
    if (cut) await client.writeByteByByte(Buffer.concat([header, REQUEST]));
    else client.write(Buffer.concat([header, REQUEST]));
    return (await client.response()).status;
  },
  async https(gateway: Gateway, header: Buffer, cut: boolean) {
    const socket = await plainSocket(gateway.https);
    await sendHeader(socket, header, cut);
    const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] });
    const client = new RawClient(secure);
    await once(secure, "secureConnect");
    client.write(REQUEST);
    return (await client.response()).status;
  },
  async h2(gateway: Gateway, header: Buffer, cut: boolean) {
    const socket = await plainSocket(gateway.https);
    await sendHeader(socket, header, cut);
    const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
    const session = connectHttp2("https://test.example", { createConnection: () => secure });
    onTestFinished(() => session.destroy());
    return (await get(session, "/x")).status;
  },
  async h2c(gateway: Gateway, header: Buffer, cut: boolean) {
    const client = await RawHttp2.openPlain(gateway, false);
    const opening = Buffer.concat([header, PREFACE, frame(FRAME.settings, 0, 0), HTTP2_REQUEST]);
    if (cut) await client.writeByteByByte(opening);
    else client.write(opening);
    return (await client.outcome(1)) === "answered" ? 200 : 0;
  },
};

describe.each(["http", "https", "h2", "h2c"] as const)("the PROXY header in front of %s", (name) => {
  const ask = PROTOCOLS[name];
  const listener = name === "https" || name === "h2" ? "https" : "http";

  test.each([
    ["version 1", V1, "192.0.2.1"],
    ["version 2", V2, "2001:db8::7"],
    ["LOCAL, a health probe", LOCAL, "127.0.0.1"],
  ])("%s says who the client is, and what port it came to, however it is cut", async (_version, header, address) => {
    const { gateway, upstream } = await start();
    expect(await ask(gateway, header, false)).toBe(200);
    expect(await ask(gateway, header, true)).toBe(200);
    const port = header === LOCAL ? gateway[listener] : 8080;
    for (const request of upstream.requests) {
      expect([values(request, "x-forwarded-for"), values(request, "x-real-ip")]).toEqual([[address], [address]]);
      expect(values(request, "x-forwarded-port")).toEqual([String(port)]);
    }
    const finished = await gateway.finishedCount(2);
    expect(finished.request.clientAddress).toBe(address);
  });

  test("is not taken from a peer that is not trusted, which is served as itself", async () => {
    const { gateway, upstream } = await start({ trustedRanges: ["192.0.2.0/24"] });
    expect(await ask(gateway, Buffer.alloc(0), false)).toBe(200);
    expect(values(await upstream.nextRequest(), "x-forwarded-for")).toEqual(["127.0.0.1"]);
  });
});

test.each([
  ["version 1", V1],
  ["version 2", V2],
  ["LOCAL", LOCAL],
])("to who is not trusted, %s is malformed HTTP", async (_version, header) => {
  const { gateway, upstream } = await start({ trustedRanges: ["192.0.2.0/24"] });
  const client = await RawClient.open(gateway.http);
  client.write(Buffer.concat([header, REQUEST]));
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status }) => status)).toEqual([400]);
  const secure = await RawClient.open(gateway.https);
  secure.write(header);
  await secure.closed();
  expect(upstream.connections).toEqual([]);
  expect((await gateway.finishedCount(1)).request.clientAddress).toBe("127.0.0.1");
});

describe.each(["http", "https"] as const)("a trusted peer's connection on the %s listener", (listener) => {
  test.each([
    ["without a header", REQUEST],
    ["with a malformed one", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 1234 99999\r\nGET / HTTP/1.1\r\n\r\n")],
    ["with one of another version", Buffer.from("0d0a0d0a000d0a515549540a31110000", "hex")],
  ])("%s is closed, and answered nothing", async (_what, octets) => {
    const problems: string[] = [];
    const { gateway, upstream } = await start({ onProblem: (problem) => problems.push(problem) });
    for (let count = 0; count < 2; count += 1) {
      const client = await RawClient.open(gateway[listener]);
      client.write(octets);
      await client.closed();
      expect(client.received.length).toBe(0);
    }
    expect(problems).toEqual([expect.stringMatching(/^a connection from 127\.0\.0\.1 was closed, since it does not/)]);
    expect(upstream.connections).toEqual([]);
    while (gateway.dataPlane.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([
    ["silent", ""],
    ["late", "PROXY TCP4 192.0.2.1 "],
  ])("has the time of a request's head: %s", async (_what, octets) => {
    const clock = new ManualClock();
    const problems: string[] = [];
    const { gateway } = await start({ clock, onProblem: (problem) => problems.push(problem) });
    const client = await RawClient.open(gateway[listener]);
    client.write(octets);
    while (gateway.dataPlane.connectionCount < 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(9_000);
    expect(gateway.dataPlane.connectionCount).toBe(1);
    clock.advance(2_500);
    await client.closed();
    expect(client.received.length).toBe(0);
    expect(problems).toEqual([expect.stringContaining("did not come in time")]);
  });

  test("is not waited for where the gateway closes", async () => {
    const { gateway } = await start({ clock: new ManualClock() });
    const client = await RawClient.open(gateway[listener]);
    client.write("PROXY TCP4");
    while (gateway.dataPlane.connectionCount < 1) await new Promise((resolve) => setImmediate(resolve));
    await gateway.dataPlane.drain(60_000);
    await client.closed();
  });

  test("that leaves within the header leaves nothing behind", async () => {
    const { gateway } = await start();
    for (const leave of ["end", "reset"] as const) {
      const client = await RawClient.open(gateway[listener], { halfOpen: true });
      client.write("PROXY TCP4");
      while (gateway.dataPlane.connectionCount < 1) await new Promise((resolve) => setImmediate(resolve));
      client[leave]();
      while (gateway.dataPlane.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
    }
  });
});

test.each([
  ["version 1", V1, "192.0.2.1"],
  ["version 2", V2, "2001:db8::7"],
])("%s in one piece with the first octets of TLS", async (_version, header, address) => {
  const { gateway, upstream } = await start();
  const balancer = createServer((client) => {
    const socket = connect(gateway.https, "127.0.0.1");
    for (const end of [client, socket]) end.on("error", () => {});
    client.once("data", (first: Buffer) => {
      socket.write(Buffer.concat([header, first]));
      client.pipe(socket).pipe(client);
    });
  });
  onTestFinished(() => void balancer.close());
  await once(balancer.listen(0, "127.0.0.1"), "listening");
  const { port } = balancer.address() as AddressInfo;
  const client = await RawClient.open(port, { tls: { rejectUnauthorized: false } });
  client.write(REQUEST);
  expect((await client.response()).status).toBe(200);
  expect(values(await upstream.nextRequest(), "x-forwarded-for")).toEqual([address]);
});

test("a second header behind the first is malformed HTTP, from the client the first one named", async () => {
  const { gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(Buffer.concat([V1, V2, REQUEST]));
  expect((await client.responsesUntilClose()).map(({ status }) => status)).toEqual([400]);
  expect((await gateway.finishedCount(1)).request.clientAddress).toBe("192.0.2.1");
});

test("requests that follow on the connection are the same client's, pipelined ones too", async () => {
  const { gateway, upstream } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(Buffer.concat([V1, REQUEST, REQUEST]));
  await client.response();
  await client.response();
  client.write(REQUEST);
  await client.response();
  expect(upstream.requests.map((request) => values(request, "x-forwarded-for"))).toEqual([
    ["192.0.2.1"],
    ["192.0.2.1"],
    ["192.0.2.1"],
  ]);
});

test("a header whose client came to port 443 says that a load balancer ended TLS: nothing is redirected to https", async () => {
  const { gateway, upstream } = await start();
  gateway.apply([{ to: upstream, middleware: [{ use: "https-redirect", options: {} }] }]);
  const statuses: number[] = [];
  for (const port of [443, 80]) {
    const header = Buffer.from(`PROXY TCP4 192.0.2.1 203.0.113.5 1234 ${port}\r\n`);
    statuses.push(await PROTOCOLS.http(gateway, header, false));
  }
  expect(statuses).toEqual([200, 308]);
  const request = await upstream.nextRequest();
  expect([values(request, "x-forwarded-proto"), values(request, "x-forwarded-port")]).toEqual([["https"], ["443"]]);
});
