// Rows H21 to H26 and HO7 of the table of malformed input, by frames written by hand. Whatever nghttp2 lets pass and whatever it does not:
// either the stream is reset, or it is answered 4xx; nothing reaches the upstream; and the session serves the next request.
import { describe, expect, test } from "vitest";
import { startHttp2Gateway } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  RawHttp2,
  type RawField,
  requestFields,
} from "../support/raw-http2.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";

const PROTOCOL_ERROR = 1;
const ENHANCE_YOUR_CALM = 11;

async function start() {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  return { upstream, gateway, client: await RawHttp2.open(gateway) };
}

/** The pseudo-header fields of a GET with some of them replaced. */
function withPseudo(replaced: Readonly<Record<string, string>>): RawField[] {
  return requestFields().map(([name, value]) => [name, replaced[name] ?? value]);
}

const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly RawField[]>>>> = {
  "H21 controls and spaces where they could end a line": {
    "a space in :path": withPseudo({ ":path": "/x HTTP/1.1" }),
    "CRLF in :path": withPseudo({ ":path": "/x HTTP/1.1\r\nX: b" }),
    "a tab in :path": withPseudo({ ":path": "/x\ty" }),
    "a fragment in :path": withPseudo({ ":path": "/x#y" }),
    "a space in :method": withPseudo({ ":method": "GET /y" }),
    "CRLF in :method": withPseudo({ ":method": "GET\r\n" }),
    "a method nobody knows": withPseudo({ ":method": "get" }),
    "a space in :scheme": withPseudo({ ":scheme": "https x" }),
    "another :scheme": withPseudo({ ":scheme": "ftp" }),
    "CRLF in :authority": withPseudo({ ":authority": "test.example\r\nX: b" }),
    "user information in :authority": withPseudo({ ":authority": "a@test.example" }),
    "a path in :authority": withPseudo({ ":authority": "test.example/x" }),
    "an empty :authority": withPseudo({ ":authority": "" }),
    "an empty :path": withPseudo({ ":path": "" }),
    "a :path in absolute form": withPseudo({ ":path": "https://other.example/x" }),
    "a :path without a slash": withPseudo({ ":path": "x" }),
    "* with a GET": withPseudo({ ":path": "*" }),
    "a path above the root": withPseudo({ ":path": "/../x" }),
  },
  "H22 fields of a connection": {
    "transfer-encoding": requestFields(["transfer-encoding", "chunked"]),
    connection: requestFields(["connection", "x-a"]),
    "connection: close": requestFields(["connection", "close"]),
    upgrade: requestFields(["upgrade", "websocket"]),
    "keep-alive": requestFields(["keep-alive", "timeout=5"]),
    "proxy-connection": requestFields(["proxy-connection", "keep-alive"]),
    "http2-settings": requestFields(["http2-settings", "AAMAAABk"]),
    "te: gzip": requestFields(["te", "gzip"]),
    "te: trailers, gzip": requestFields(["te", "trailers, gzip"]),
  },
  "H23 a length that is none": {
    "END_STREAM on HEADERS": requestFields(["content-length", "5"]),
    "a sign": requestFields(["content-length", "+0"]),
    "a list": requestFields(["content-length", "0, 0"]),
    "twice, alike": requestFields(["content-length", "0"], ["content-length", "0"]),
    "twice, different": requestFields(["content-length", "0"], ["content-length", "5"]),
    "beyond 2^63": requestFields(["content-length", "99999999999999999999"]),
  },
  "H24 pseudo-header fields and names": {
    ":path twice": [...requestFields(), [":path", "/y"]],
    ":method twice": [[":method", "GET"], ...requestFields()],
    ":authority twice": [[":authority", "other.example"], ...requestFields()],
    ":path behind a field": [
      [":method", "GET"],
      [":scheme", "https"],
      [":authority", "test.example"],
      ["x-a", "1"],
      [":path", "/x"],
    ],
    "an unknown one": [[":x", "1"], ...requestFields()],
    ":status": [[":status", "200"], ...requestFields()],
    ":protocol with GET": [[":protocol", "websocket"], ...requestFields()],
    "no :method": requestFields().slice(1),
    "no :scheme": requestFields().toSpliced(1, 1),
    "no :path": requestFields().toSpliced(3, 1),
    "neither :authority nor host": requestFields().toSpliced(2, 1),
    "a capital in a name": requestFields(["X-A", "1"]),
  },
  "H26 tunnels": {
    CONNECT: [
      [":method", "CONNECT"],
      [":authority", "test.example:443"],
    ],
    "extended CONNECT that is no handshake": [
      [":method", "CONNECT"],
      [":protocol", "websocket"],
      ...requestFields().slice(1),
    ],
    TRACE: withPseudo({ ":method": "TRACE" }),
  },
  "HO7 two hosts": {
    "another host": requestFields(["host", "other.example"]),
    "another port": requestFields(["host", "test.example:443"]),
    "host twice": requestFields(["host", "test.example"], ["host", "test.example"]),
    "an empty host": requestFields(["host", ""]),
  },
};

for (const [row, variants] of Object.entries(REFUSED)) {
  describe(row, () => {
    test.each(Object.entries(variants))("%s", async (_name, fields) => {
      const { upstream, gateway, client } = await start();
      client.request(1, fields);
      const outcome = await client.outcome(1);
      if (outcome === "answered") {
        const { record } = await gateway.finishedCount(1);
        expect(record.status).toSatisfy((status: number) => status >= 400 && (status < 500 || status === 501));
      } else expect([PROTOCOL_ERROR, ENHANCE_YOUR_CALM]).toContain(outcome);
      client.request(3, requestFields());
      expect(await client.outcome(3)).toBe("answered");
      expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(["GET /x HTTP/1.1"]);
      for (const connection of upstream.connections) {
        expect([connection.malformed, connection.rest.length]).toEqual([null, 0]);
      }
    });
  });
}

/** nghttp2 takes these out of the block and says so to nobody; what is left is a request like any other. */
const LEFT_OUT: Readonly<Record<string, readonly RawField[]>> = {
  "CR in a value": requestFields(["x-a", "a\rX: b"]),
  "LF in a value": requestFields(["x-a", "a\nX: b"]),
  "CRLF in a value": requestFields(["x-a", "a\r\nX: b"]),
  "NUL in a value": requestFields(["x-a", "a\0b"]),
  "DEL in a value": requestFields(["x-a", "a\x7fb"]),
  "a space before a value": requestFields(["x-a", " a"]),
  "a tab behind a value": requestFields(["x-a", "a\t"]),
  "CRLF in a name": requestFields(["x-a\r\nx", "a"]),
  "a colon in a name": requestFields(["x-a: b", "a"]),
  "a space in a name": requestFields(["x a", "a"]),
  "NUL in a name": requestFields(["x\0a", "a"]),
  "an octet above 0x7E in a name": requestFields(["x\xe9", "a"]),
  "an empty name": requestFields(["", "1"]),
};

describe("H21 and H24 a malformed field never gets through", () => {
  test.each(Object.entries(LEFT_OUT))("%s", async (_name, fields) => {
    const { upstream, client } = await start();
    client.request(1, requestFields());
    await client.outcome(1);
    client.request(3, fields);
    expect(await client.outcome(3)).toBe("answered");
    const [clean, request] = [await upstream.nextRequest(), await upstream.nextRequest()];
    const names = (of: typeof clean): string[] => of.fields.map(([name]) => name);
    expect([request.startLine, names(request)]).toEqual([clean.startLine, names(clean)]);
    expect(request.connection.malformed).toBeNull();
  });
});

test("H26 a plain CONNECT is answered 405", async () => {
  const { gateway, client } = await start();
  client.request(1, REFUSED["H26 tunnels"]?.["CONNECT"] as RawField[]);
  expect((await gateway.finishedCount(1)).record.status).toBe(405);
});

describe("H23 a length that the content does not have", () => {
  const headers = (...more: RawField[]): Buffer =>
    frame(FRAME.headers, END_HEADERS, 1, encodeFields(requestFields(...more).with(0, [":method", "POST"])));

  test.each([
    ["too short", "10", [frame(FRAME.data, END_STREAM, 1, Buffer.from("hello"))]],
    [
      "too short, ended by trailers",
      "10",
      [
        frame(FRAME.data, 0, 1, Buffer.from("hello")),
        frame(FRAME.headers, END_STREAM | END_HEADERS, 1, encodeFields([["x-sum", "1"]])),
      ],
    ],
    [
      "nothing, ended by trailers",
      "5",
      [frame(FRAME.headers, END_STREAM | END_HEADERS, 1, encodeFields([["x", "1"]]))],
    ],
  ])("%s: reset, and the upstream sees no whole request", async (_name, length, content) => {
    const { upstream, client } = await start();
    client.write(headers(["content-length", length]), ...content);
    expect(await client.outcome(1)).toBe(PROTOCOL_ERROR);
    client.request(3, requestFields());
    await client.outcome(3);
    expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(["GET /x HTTP/1.1"]);
    for (const connection of upstream.connections) {
      if (connection.rest.length > 0) await connection.closed();
    }
  });

  test.each([
    ["too long", "3"],
    ["content where none was declared", "0"],
  ])("%s: node:http2 ends the session, and the upstream sees no whole request", async (_name, length) => {
    const { upstream, gateway, client } = await start();
    client.write(headers(["content-length", length]), frame(FRAME.data, END_STREAM, 1, Buffer.from("hello")));
    await client.closed();
    const other = await RawHttp2.open(gateway);
    other.request(1, requestFields());
    expect(await other.outcome(1)).toBe("answered");
    expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(["GET /x HTTP/1.1"]);
  });

  test("a reset with NO_ERROR in the middle is no end, for any method", async () => {
    const { upstream, gateway, client } = await start();
    for (const [index, method] of ["POST", "HEAD"].entries()) {
      const stream = 1 + 2 * index;
      const fields = requestFields().with(0, [":method", method]);
      client.write(
        frame(FRAME.headers, END_HEADERS, stream, encodeFields(fields)),
        frame(FRAME.data, 0, stream, Buffer.from("hello")),
      );
      const connection = await upstream.connection(index);
      await connection.until("the first part", ({ received }) => received.includes("hello"));
      client.write(frame(FRAME.rst, 0, stream, Buffer.alloc(4)));
      await connection.closed();
      expect(connection.received.includes("0\r\n\r\n")).toBe(false);
    }
    await gateway.finishedCount(2);
    expect(gateway.finished.map(({ record }) => [record.failure, record.status])).toEqual([
      ["client_closed", 499],
      ["client_closed", 499],
    ]);
    expect(upstream.requests).toEqual([]);
  });
});

test("trailers that are no fields of HTTP/1 are not passed on", async () => {
  const { upstream, gateway, client } = await start();
  for (const [index, trailers] of [[[":path", "/y"]], [["te", "gzip"]], [["connection", "x"]]].entries()) {
    const stream = 1 + 2 * index;
    client.write(
      frame(FRAME.headers, END_HEADERS, stream, encodeFields(requestFields().with(0, [":method", "POST"]))),
      frame(FRAME.data, 0, stream, Buffer.from("hello")),
      frame(FRAME.headers, END_STREAM | END_HEADERS, stream, encodeFields(trailers as unknown as RawField[])),
    );
    await client.outcome(stream);
  }
  client.request(99, requestFields());
  await client.outcome(99);
  expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(["GET /x HTTP/1.1"]);
  expect(gateway.finished.filter(({ record }) => record.status === 200)).toHaveLength(1);
});

describe("H25 cookies in crumbs", () => {
  test("are joined in order", async () => {
    const { upstream, client } = await start();
    const crumbs = Array.from({ length: 60 }, (_, index): RawField => ["cookie", `c${index}=${index}`]);
    client.request(1, requestFields(...crumbs));
    expect(await client.outcome(1)).toBe("answered");
    const [cookie] = values(await upstream.nextRequest(), "cookie");
    expect(cookie).toBe(crumbs.map(([, value]) => value).join("; "));
  });

  test.each([101, 140])("%i of them are too many", async (count) => {
    const { upstream, gateway, client } = await start();
    client.request(1, requestFields(...Array.from({ length: count }, (): RawField => ["cookie", "a=b"])));
    const outcome = await client.outcome(1);
    if (outcome === "answered") expect((await gateway.finishedCount(1)).record.status).toBe(431);
    else expect(outcome).toBe(ENHANCE_YOUR_CALM);
    expect(upstream.connections).toEqual([]);
  });
});

test.each([
  ["before our SETTINGS are acknowledged: 431", false],
  ["after: reset", true],
])("more than 32 KiB of fields are too many, %s", async (_name, acknowledged) => {
  const { upstream, gateway, client } = await start();
  if (acknowledged) client.write(frame(FRAME.settings, 1, 0));
  const large = Array.from({ length: 3 }, (_, index): RawField => [`x-${index}`, "a".repeat(15_000)]);
  const block = encodeFields(requestFields(...large));
  client.write(
    frame(FRAME.headers, END_STREAM, 1, block.subarray(0, 16_000)),
    frame(FRAME.continuation, 0, 1, block.subarray(16_000, 32_000)),
    frame(FRAME.continuation, END_HEADERS, 1, block.subarray(32_000)),
  );
  expect(await client.outcome(1)).toBe(acknowledged ? ENHANCE_YOUR_CALM : "answered");
  if (!acknowledged) expect((await gateway.finishedCount(1)).record.status).toBe(431);
  expect(upstream.connections).toEqual([]);
});

test("a path of more than 8 KiB is too long", async () => {
  const { upstream, gateway, client } = await start();
  client.request(1, withPseudo({ ":path": `/${"a".repeat(9000)}` }));
  expect(await client.outcome(1)).toBe("answered");
  expect((await gateway.finishedCount(1)).record.status).toBe(414);
  expect(upstream.connections).toEqual([]);
});

test("field names with an underscore are left out, as in HTTP/1", async () => {
  const { upstream, client } = await start();
  client.request(1, requestFields(["x_forwarded_for", "9.9.9.9"], ["x-a", "1"]));
  await client.outcome(1);
  const request = await upstream.nextRequest();
  expect([values(request, "x_forwarded_for"), values(request, "x-a")]).toEqual([[], ["1"]]);
});

test("host alone, and host that says the same as :authority, are taken", async () => {
  const { upstream, client } = await start();
  client.request(1, [...requestFields().toSpliced(2, 1), ["host", "test.example"]]);
  client.request(3, requestFields(["host", "TEST.example"]));
  expect([await client.outcome(1), await client.outcome(3)]).toEqual(["answered", "answered"]);
  const hosts = [values(await upstream.nextRequest(), "host"), values(await upstream.nextRequest(), "host")];
  expect(hosts.map(([host]) => host?.toLowerCase())).toEqual(["test.example", "test.example"]);
});

test.each([
  ["no preface", [Buffer.from("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n")]],
  ["a frame larger than allowed", [frame(FRAME.data, 0, 1, Buffer.alloc(20_000))]],
  ["DATA on a stream that was never opened", [frame(FRAME.data, 0, 7, Buffer.from("x"))]],
  ["HEADERS on an even stream", [frame(FRAME.headers, END_HEADERS | END_STREAM, 2, encodeFields(requestFields()))]],
  ["a field block that is none", [frame(FRAME.headers, END_HEADERS | END_STREAM, 1, Buffer.of(0xff, 0xff, 0xff))]],
  ["a SETTINGS frame of odd length", [frame(FRAME.settings, 0, 0, Buffer.alloc(5))]],
])("a session that breaks the protocol ends, alone: %s", async (name, sent) => {
  const { gateway, client } = await start();
  const other = await RawHttp2.open(gateway);
  const broken = name === "no preface" ? await RawHttp2.open(gateway, false) : client;
  broken.write(...sent);
  await broken.closed();
  other.request(1, requestFields());
  expect(await other.outcome(1)).toBe("answered");
});
