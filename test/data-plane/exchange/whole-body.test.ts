import { describe, expect, test } from "vitest";
import type { BodySink } from "../../../src/data-plane/exchange/body.ts";
import { WholeBody } from "../../../src/data-plane/exchange/whole-body.ts";

const OCTETS = "a\u0000\u00ff\r\n";

/** Notes what it is given, as octets in latin1. */
function sink(text: boolean): BodySink & { readonly given: string[] } {
  const given: string[] = [];
  const plain: BodySink = {
    write: (piece) => given.push(`buffer ${piece.toString("latin1")}`) > 0,
    flush: () => {},
    end: (trailers) => void given.push(trailers === null ? "end" : "end with trailers"),
    drained: null,
  };
  return { ...plain, ...(text ? { writeText: (piece: string) => given.push(`text ${piece}`) > 0 } : {}), given };
}

describe("relayed", () => {
  test.each([
    ["as text where the sink writes text", true, "text"],
    ["as octets elsewhere", false, "buffer"],
  ])("%s", async (_what, text, form) => {
    const body = new WholeBody(OCTETS);
    expect([body.length, body.untouched]).toEqual([5, true]);
    const to = sink(text);
    await body.relayTo(to);
    expect(to.given).toEqual([`${form} ${OCTETS}`, "end"]);
    expect(body.untouched).toBe(false);
  });
});

test("as bytes, up to a limit", async () => {
  expect((await new WholeBody(OCTETS).bytes(5)).toString("latin1")).toBe(OCTETS);
  await expect(new WholeBody(OCTETS).bytes(4)).rejects.toMatchObject({ failure: "payload_too_large" });
});

test("as a stream", async () => {
  const pieces: Buffer[] = [];
  for await (const piece of new WholeBody(OCTETS).stream()) pieces.push(piece as Buffer);
  expect(Buffer.concat(pieces).toString("latin1")).toBe(OCTETS);
});

test("a limit set beforehand holds", async () => {
  const body = new WholeBody(OCTETS);
  body.limit = 4;
  await expect(body.relayTo(sink(true))).rejects.toMatchObject({ failure: "payload_too_large" });
});

test("read once", async () => {
  const body = new WholeBody(OCTETS);
  await body.relayTo(sink(true));
  expect(() => body.relayTo(sink(true))).toThrow("read twice");
});
