import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { EMPTY_BODY } from "../../../src/data-plane/exchange/empty-body.ts";
import type { GatewayRequest } from "../../../src/data-plane/exchange/request.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { WholeBody } from "../../../src/data-plane/exchange/whole-body.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { compress } from "../../../src/data-plane/middleware/compress.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import type { JsonObject } from "../../../src/snapshot/json.ts";
import { CountingSource } from "../../support/body-sink.ts";
import { exchange, headers } from "../../support/exchanges.ts";

type Fields = Readonly<Record<string, string>>;
const TEXT = "All work and no play makes Jack a dull boy. ".repeat(50);
const SURROUNDINGS = { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) };
const DECODE = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;

interface Answered {
  readonly status?: number;
  readonly fields?: Fields;
  readonly body?: GatewayResponse["body"];
  readonly asked?: Partial<GatewayRequest>;
  readonly accept?: Fields;
  readonly options?: JsonObject;
}

async function answered(given: Answered = {}): Promise<GatewayResponse> {
  const { status = 200, fields = {}, body = new WholeBody(TEXT), asked = {} } = given;
  const accept = headers(...Object.entries(given.accept ?? { "Accept-Encoding": "gzip, br" }));
  const middleware = compress(given.options ?? { algorithms: ["zstd", "br", "gzip"] }, SURROUNDINGS);
  const lines = headers(...Object.entries({ "Content-Type": "text/plain", ...fields }));
  return middleware(exchange({ headers: accept, ...asked }), () =>
    Promise.resolve({ status, reason: "", headers: lines, body }),
  );
}

const lines = ({ headers }: GatewayResponse): Record<string, string> => {
  const all: Record<string, string> = {};
  headers.forEach((name, value) => (all[name] = value));
  return all;
};

describe("what came whole", () => {
  test.each(["gzip", "br", "zstd"] as const)("is whole in %s, and its length is known", async (name) => {
    const response = await answered({ accept: { "Accept-Encoding": name } });
    const body = response.body as WholeBody;
    expect(body.length).toBeLessThan(TEXT.length / 4);
    expect(DECODE[name](await body.bytes(Infinity)).toString()).toBe(TEXT);
    expect(lines(response)).toEqual({
      "content-type": "text/plain",
      "content-encoding": name,
      vary: "Accept-Encoding",
    });
  });

  test("a text of our own is one in UTF-8", async () => {
    const text = "Käse €".repeat(100);
    const { body } = await answered({ body: text });
    expect(brotliDecompressSync(await (body as WholeBody).bytes(Infinity)).toString()).toBe(text);
  });
});

test("a body that comes in pieces has no length, and is compressed as it is read", async () => {
  const content = new IncomingBody(TEXT.length, new CountingSource(), 1024);
  const { body } = await answered({ body: content, fields: { "Content-Length": String(TEXT.length) } });
  content.push(Buffer.from(TEXT));
  content.finish(null);
  expect((body as IncomingBody).length).toBeNull();
  expect(brotliDecompressSync(await (body as IncomingBody).bytes(Infinity)).toString()).toBe(TEXT);
});

describe("fields", () => {
  test("what was true of the original goes", async () => {
    const fields = { "Content-Length": "2200", "Accept-Ranges": "bytes", ETag: '"v1"', Vary: "Cookie" };
    const response = await answered({ fields });
    expect(lines(response)).toEqual({
      "content-type": "text/plain",
      "content-encoding": "br",
      etag: 'W/"v1"',
      vary: "Accept-Encoding",
    });
    expect(response.headers.all("vary")).toEqual(["Cookie", "Accept-Encoding"]);
  });

  test.each(['W/"v1"', "v1"])("an entity-tag that is not strong stays: %s", async (tag) => {
    expect(lines(await answered({ fields: { ETag: tag } }))["etag"]).toBe(tag);
  });

  test.each(["*", "Cookie, accept-encoding"])("Vary: %s says enough", async (vary) => {
    expect((await answered({ fields: { Vary: vary } })).headers.all("vary")).toEqual([vary]);
  });

  test.each<Fields>([
    {},
    { "Accept-Encoding": "identity" },
    { "Accept-Encoding": "gzip, br", "Cache-Control": "max-age=0, No-Transform" },
  ])("a client that gets it as it is (%j) is told that others do not", async (accept) => {
    const fields = { ETag: '"v1"', "Accept-Ranges": "bytes" };
    const body = new WholeBody(TEXT);
    const response = await answered({ accept, fields, body });
    expect(response.body).toBe(body);
    expect(lines(response)).toEqual({
      "content-type": "text/plain",
      etag: '"v1"',
      "accept-ranges": "bytes",
      vary: "Accept-Encoding",
    });
  });

  test("HEAD has those of GET, without a length", async () => {
    const asked = { method: "HEAD" };
    const fields = { "Content-Length": "2200", ETag: '"v1"' };
    const response = await answered({ asked, fields, body: EMPTY_BODY });
    expect(lines(response)).toEqual({
      "content-type": "text/plain",
      etag: 'W/"v1"',
      "content-encoding": "br",
      vary: "Accept-Encoding",
    });
    expect(response.body).toBe(EMPTY_BODY);
    const short = await answered({ asked, fields: { "Content-Length": "255" }, body: EMPTY_BODY });
    expect(lines(short)).toEqual({ "content-type": "text/plain", "content-length": "255" });
  });
});

describe("left as it is, and not said to vary", () => {
  test.each<[string, Answered]>([
    ["compressed already", { fields: { "Content-Encoding": "gzip" } }],
    ["a part", { fields: { "Content-Range": "bytes 0-2199/9999" } }],
    ["status 206", { status: 206 }],
    ["status 204", { status: 204, body: EMPTY_BODY }],
    ["status 205", { status: 205 }],
    ["status 304", { status: 304, body: EMPTY_BODY }],
    ["status 101", { status: 101 }],
    ["an upgrade that was declined", { asked: { upgrade: "websocket" } }],
    ["no-transform", { fields: { "Cache-Control": "public, no-transform" } }],
    ["another type", { fields: { "Content-Type": "image/png" } }],
    ["an event stream, unless asked for", { fields: { "Content-Type": "text/event-stream" } }],
    ["no type", { fields: { "Content-Type": "" } }],
    ["gRPC", { fields: { "Content-Type": "application/grpc+proto" }, options: { algorithms: ["br"], types: ["*"] } }],
    ["with a digest", { fields: { "Content-Digest": "sha-256=:abc=:" } }],
    ["short", { body: new WholeBody("x".repeat(255)) }],
    ["a short text of our own", { body: "x".repeat(255) }],
    ["nothing", { body: null }],
    ["empty, however short is enough", { body: EMPTY_BODY, options: { algorithms: ["br"], minLength: 0 } }],
  ])("%s", async (_what, given) => {
    const response = await answered(given);
    if (given.body !== undefined) expect(response.body).toBe(given.body);
    else expect(await (response.body as WholeBody).bytes(Infinity)).toEqual(Buffer.from(TEXT));
    expect(response.headers.has("vary")).toBe(false);
    expect(response.headers.get("content-encoding")).toBe(given.fields?.["Content-Encoding"]);
  });
});

test("304 to a client that asks with a tag we weakened names it so", async () => {
  const asked = { headers: headers(["If-None-Match", '"v0", W/"v1"']) };
  const weak = await answered({ status: 304, asked, fields: { ETag: '"v1"' }, body: EMPTY_BODY });
  expect([weak.headers.get("etag"), weak.headers.get("vary")]).toEqual(['W/"v1"', "Accept-Encoding"]);
  const other = await answered({ status: 304, asked, fields: { ETag: '"v0"' }, body: EMPTY_BODY });
  expect([other.headers.get("etag"), other.headers.get("vary")]).toEqual(['"v0"', undefined]);
});

describe("options", () => {
  test.each<[JsonObject, Answered, string | undefined]>([
    [{ algorithms: ["gzip", "br"] }, {}, "gzip"],
    [{ algorithms: ["br", "gzip"] }, {}, "br"],
    [{ algorithms: ["br"], types: ["image/png"] }, { fields: { "Content-Type": "Image/PNG; x=y" } }, "br"],
    [{ algorithms: ["br"], types: ["image/png"] }, {}, undefined],
    [{ algorithms: ["br"], types: ["*"] }, { fields: { "Content-Type": "a/b" } }, "br"],
    [{ algorithms: ["br"], minLength: 2200 }, {}, "br"],
    [{ algorithms: ["br"], minLength: 2201 }, {}, undefined],
  ])("%j", async (options, given, coding) => {
    expect((await answered({ ...given, options })).headers.get("content-encoding")).toBe(coding);
  });

  test("a level is kept within what a client can wait for", async () => {
    const length = async (level: number): Promise<number | null> => {
      const { body } = await answered({ options: { algorithms: ["br"], levels: { br: level } } });
      return (body as WholeBody).length;
    };
    expect(await length(11)).toBe(await length(4));
    expect(await length(0)).toBeGreaterThan((await length(4)) ?? 0);
  });

  test.each<JsonObject>([
    {},
    { algorithms: [] },
    { algorithms: ["deflate"] },
    { algorithms: ["constructor"] },
    { algorithms: "gzip" },
    { algorithms: ["gzip"], types: "text/css" },
    { algorithms: ["gzip"], minLength: -1 },
    { algorithms: ["gzip"], minLength: "1" },
    { algorithms: ["gzip"], levels: { gzip: "9" } },
  ])("%j cannot be worked with", (options) => {
    expect(() => compress(options, SURROUNDINGS)).toThrow(/^compress: /);
  });
});
