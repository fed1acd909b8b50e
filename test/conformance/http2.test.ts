import { describe, expect, test } from "vitest";
import { FRAME, frame, RawHttp2, requestFields } from "../support/raw-http2.ts";
import { type RecordedRequest, RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { HTTP2_ROWS, type Http2Variant } from "./cases/http2.ts";

const PROTOCOL_ERROR = 1;
/** Cut there, a request is two segments. */
const CUTS_OF_A_SESSION = 20;

for (const { id, title, variants } of HTTP2_ROWS) {
  describe(`${id} ${title}`, () => {
    for (const variant of variants) {
      test(`${variant.name} (whole)`, () => run(variant, async (client) => client.write(variant.send)));
      test(`${variant.name} (byte by byte)`, () => run(variant, (client) => client.writeByteByByte(variant.send)));
      test(`${variant.name} (cut at every position)`, () => runCut(variant));
    }
  });
}

async function start() {
  const upstream = await RecordingUpstream.start();
  return { upstream, gateway: await startDataPlane({ routes: [{ to: upstream }] }) };
}

type Started = Awaited<ReturnType<typeof start>>;

async function run(variant: Http2Variant, write: (client: RawHttp2) => Promise<void>): Promise<void> {
  const started = await start();
  const { upstream, gateway } = started;
  const client = await RawHttp2.openPlain(gateway);
  await write(client);
  await expectOutcome(started, client, 1, variant);
  // The session goes on, but where it was ended; others do in any case.
  const next = variant.outcome === "ended" ? await RawHttp2.openPlain(gateway) : client;
  next.request(3, requestFields());
  expect(await next.outcome(3)).toBe("answered");
  await expectUntouched(upstream, variant, variant.outcome === "left out" ? 2 : 1);
}

/** Each cut is a stream of its own; a session bears so many malformed ones. */
async function runCut(variant: Http2Variant): Promise<void> {
  const started = await start();
  let client: RawHttp2 | null = null;
  let cuts = 0;
  for (let at = 1; at < variant.send.length; at++, cuts++) {
    const fresh = client === null || cuts % CUTS_OF_A_SESSION === 0 || variant.outcome === "ended";
    if (fresh) client?.socket.destroy();
    if (fresh) client = await RawHttp2.openPlain(started.gateway);
    const stream = fresh ? 1 : 1 + 2 * (cuts % CUTS_OF_A_SESSION);
    await (client as RawHttp2).writeCut(onStream(variant.send, stream), at);
    await expectOutcome(started, client as RawHttp2, stream, variant);
  }
  await expectUntouched(started.upstream, variant, variant.outcome === "left out" ? cuts : 0);
}

async function expectOutcome(
  { gateway }: Started,
  client: RawHttp2,
  stream: number,
  { outcome }: Http2Variant,
): Promise<void> {
  if (outcome === "ended") {
    // Unless all that was declared went on, and was answered, before the rest came.
    await client.outcome(stream).catch(() => client.closed());
    return;
  }
  if (outcome === "reset") return expect(await client.outcome(stream)).toBe(PROTOCOL_ERROR);
  expect(await client.outcome(stream)).toBe("answered");
  // Where the stream was answered, its exchange is finished; none was begun for those that were reset.
  const { record } = await gateway.finishedCount(1);
  expect(record.status).toBe(outcome === "left out" ? 200 : outcome);
}

/** Nothing but these plain requests reached the upstream whole. */
async function expectUntouched(upstream: RecordingUpstream, variant: Http2Variant, requests: number): Promise<void> {
  const whole = upstream.requests.filter(({ method }) => method === "POST");
  expect(whole.map(({ framing, body }) => `${framing} ${body.length}`)).toSatisfy((got: readonly string[]) =>
    got.every((one) => variant.outcome === "ended" && one === `length ${variant.declared}`),
  );
  const plain = upstream.requests.filter(({ method }) => method !== "POST");
  expect(plain.map(described)).toEqual(Array.from({ length: requests }, () => "GET /x HTTP/1.1 x-request-id"));
  for (const connection of upstream.connections) {
    expect(connection.malformed).toBeNull();
    if (connection.rest.length === 0) continue;
    expect(variant.declared).toBeDefined();
    await connection.closed();
  }
}

/** The request line, and the fields that are neither Host nor the gateway's about the client. */
function described({ startLine, fields }: RecordedRequest): string {
  const names = fields.map(([name]) => name.toLowerCase());
  return [startLine, ...names.filter((name) => !/^(host|x-forwarded-.*|x-real-ip|x-scheme)$/.test(name))].join(" ");
}

/** The same frames for another stream. */
function onStream(frames: Buffer, stream: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < frames.length;) {
    const end = at + 9 + frames.readUIntBE(at, 3);
    pieces.push(frame(frames.readUInt8(at + 3), frames.readUInt8(at + 4), stream, frames.subarray(at + 9, end)));
    at = end;
  }
  return Buffer.concat(pieces);
}

test("H25 cookies in crumbs go on as one field", async () => {
  const { upstream, gateway } = await start();
  const client = await RawHttp2.openPlain(gateway);
  const crumbs = Array.from({ length: 60 }, (_, index) => ["cookie", `c${index}=${index}`] as const);
  client.request(1, requestFields(...crumbs));
  expect(await client.outcome(1)).toBe("answered");
  const { fields } = await upstream.nextRequest();
  const cookies = fields.filter(([name]) => name.toLowerCase() === "cookie");
  expect(cookies.map(([, value]) => value)).toEqual([crumbs.map(([, value]) => value).join("; ")]);
  expect(client.frames.some(({ type }) => type === FRAME.rst)).toBe(false);
});
