import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { headers } from "../../support/exchanges.ts";

const BUFFERED = 10;
const failing = (failure: string): unknown => expect.objectContaining({ failure });

function start(length: number | null = null): { body: IncomingBody; source: CountingSource; sink: KeepingSink } {
  const source = new CountingSource();
  return { body: new IncomingBody(length, source, BUFFERED), source, sink: new KeepingSink() };
}
const piece = (length: number): Buffer => Buffer.alloc(length, "x");

describe("before a reader comes", () => {
  test("pieces wait, and the source is paused when enough do", () => {
    const { body, source } = start();
    body.push(piece(9));
    expect(source.asked).toEqual([]);
    body.push(piece(1));
    expect(source.asked).toEqual(["pause"]);
    expect(body.received).toBe(10);
    expect(body.untouched).toBe(true);
  });

  test("what waited comes first, and the source goes on", async () => {
    const { body, source, sink } = start();
    body.push(Buffer.from("0123456789"));
    const done = body.relayTo(sink);
    expect(sink.text).toBe("0123456789");
    expect(sink.flushes).toBe(1);
    expect(source.asked).toEqual(["pause", "resume"]);
    body.push(Buffer.from("ab"));
    body.finish(null);
    await done;
    expect(sink.text).toBe("0123456789ab");
    expect(sink.ended).toBe(true);
  });

  test("a source that was not paused is not resumed", () => {
    const { body, source, sink } = start();
    body.push(piece(1));
    void body.relayTo(sink);
    expect(source.asked).toEqual([]);
  });

  test("a body that is complete already is handed over at once, with its trailers", async () => {
    const { body, sink } = start();
    body.push(piece(3));
    const trailers = headers(["A", "1"]);
    body.finish(trailers);
    await body.relayTo(sink);
    expect(sink.text).toBe("xxx");
    expect(sink.trailers).toBe(trailers);
    expect(sink.drained).toBeNull();
  });

  test("a body that failed already rejects", async () => {
    const { body, sink } = start();
    body.fail(new Failed("client_closed", "gone"));
    await expect(body.relayTo(sink)).rejects.toEqual(failing("client_closed"));
    expect(sink.ended).toBe(false);
  });
});

describe("while it is relayed", () => {
  test("a full sink pauses the source, a drained one resumes it", () => {
    const { body, source, sink } = start();
    void body.relayTo(sink);
    sink.full = true;
    body.push(piece(1));
    expect(source.asked).toEqual(["pause"]);
    sink.drained?.();
    expect(source.asked).toEqual(["pause", "resume"]);
  });

  test("a sink that is full of what waited keeps the source paused", () => {
    const { body, source, sink } = start();
    body.push(piece(BUFFERED));
    sink.full = true;
    void body.relayTo(sink);
    expect(source.asked.at(-1)).toBe("pause");
    sink.drained?.();
    expect(source.asked.at(-1)).toBe("resume");
  });

  test("flush reaches the sink until the body is over", () => {
    const { body, sink } = start();
    body.flush();
    void body.relayTo(sink);
    const before = sink.flushes;
    body.flush();
    expect(sink.flushes).toBe(before + 1);
    body.finish(null);
    body.flush();
    expect(sink.flushes).toBe(before + 1);
  });

  test("a failure rejects, and nothing comes after it", async () => {
    const { body, sink } = start();
    const done = body.relayTo(sink);
    body.push(piece(1));
    body.fail(new Failed("upstream_truncated", "cut"));
    body.fail(new Failed("client_closed", "later"));
    body.push(piece(1));
    body.finish(null);
    await expect(done).rejects.toEqual(failing("upstream_truncated"));
    expect(sink.text).toBe("x");
    expect(sink.ended).toBe(false);
    expect(body.complete).toBe(false);
    expect(body.settled).toBe(true);
  });

  test("after its end nothing is added", () => {
    const { body, sink } = start();
    void body.relayTo(sink);
    body.finish(null);
    body.push(piece(1));
    body.fail(new Failed("client_closed", "late"));
    expect(sink.text).toBe("");
    expect(body.complete).toBe(true);
  });
});

test.each(["relayTo", "bytes", "stream"] as const)("it is read once: then %s fails", async (way) => {
  const { body, sink } = start();
  void body.relayTo(sink);
  expect(body.untouched).toBe(false);
  const again = async (): Promise<unknown> => {
    if (way === "relayTo") return body.relayTo(new KeepingSink());
    return way === "bytes" ? body.bytes(100) : body.stream();
  };
  await expect(again()).rejects.toEqual(failing("internal_error"));
});

describe("its limit", () => {
  test("is allowed to the last byte", async () => {
    const { body, sink } = start();
    body.limit = 5;
    const done = body.relayTo(sink);
    body.push(piece(5));
    body.finish(null);
    await done;
    expect(sink.text).toBe("xxxxx");
  });

  test("beyond it the body fails, and the piece that went beyond stays away", async () => {
    const { body, sink } = start();
    body.limit = 5;
    const done = body.relayTo(sink);
    body.push(piece(5));
    body.push(piece(1));
    await expect(done).rejects.toEqual(failing("payload_too_large"));
    expect(sink.text).toBe("xxxxx");
  });

  test.each([true, false])("counts what came before it was set (complete: %s)", async (complete) => {
    const { body, sink } = start();
    body.push(piece(6));
    if (complete) body.finish(null);
    body.limit = 5;
    await expect(body.relayTo(sink)).rejects.toEqual(failing("payload_too_large"));
    expect(sink.text).toBe("");
    expect(sink.ended).toBe(false);
    body.push(piece(1));
    expect(sink.text).toBe("");
  });
});

describe("bytes", () => {
  test("is the whole body", async () => {
    const { body, source } = start();
    body.push(Buffer.from("ab"));
    const all = body.bytes(BUFFERED);
    body.push(Buffer.from("cd"));
    body.finish(null);
    expect((await all).toString()).toBe("abcd");
    expect(source.asked).toEqual([]);
  });

  test("refuses a declared length at once", async () => {
    await expect(start(11).body.bytes(10)).rejects.toEqual(failing("payload_too_large"));
  });

  test("refuses what is received beyond the limit, before or after it was asked", async () => {
    const early = start().body;
    early.push(piece(6));
    await expect(early.bytes(5)).rejects.toEqual(failing("payload_too_large"));
    const late = start().body;
    const all = late.bytes(5);
    late.push(piece(6));
    await expect(all).rejects.toEqual(failing("payload_too_large"));
  });

  test("a limit set before is not loosened", async () => {
    const { body } = start();
    body.limit = 2;
    const all = body.bytes(5);
    body.push(piece(3));
    await expect(all).rejects.toEqual(failing("payload_too_large"));
  });

  test("rejects with the failure of the body", async () => {
    const { body } = start();
    const all = body.bytes(5);
    body.fail(new Failed("request_timeout", "slow"));
    await expect(all).rejects.toEqual(failing("request_timeout"));
  });
});

describe("stream", () => {
  test("brings the content, and its end", async () => {
    const { body } = start();
    body.push(Buffer.from("ab"));
    const stream = body.stream();
    body.push(Buffer.from("cd"));
    body.finish(null);
    expect(await text(stream)).toBe("abcd");
  });

  test("pauses the source while nobody reads, and resumes it", async () => {
    const { body, source } = start();
    const stream = body.stream();
    body.push(piece(stream.readableHighWaterMark));
    expect(source.asked.at(-1)).toBe("pause");
    const read = text(stream);
    body.finish(null);
    expect(await read).toHaveLength(stream.readableHighWaterMark);
  });

  test("ends with the failure of the body", async () => {
    const { body } = start();
    const read = text(body.stream());
    body.fail(new Failed("client_closed", "gone"));
    await expect(read).rejects.toEqual(failing("client_closed"));
  });
});

test("many small pieces pause the source before they are much content", () => {
  const source = new CountingSource();
  const body = new IncomingBody(null, source, 65_536);
  for (let pieces = 0; pieces < 1023; pieces++) body.push(Buffer.from("x"));
  expect(source.asked).toEqual([]);
  body.push(Buffer.from("x"));
  expect(source.asked).toEqual(["pause"]);
  void body.relayTo(new KeepingSink());
  expect(source.asked).toEqual(["pause", "resume"]);
});
