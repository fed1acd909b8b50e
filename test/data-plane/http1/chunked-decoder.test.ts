import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyError, ChunkedDecoder } from "../../../src/data-plane/http1/chunked-decoder.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { anyCuts, cut } from "../../support/pieces.ts";

interface Decoded {
  readonly content: string;
  readonly trailers: string | null;
  readonly rest: string;
}

/** @returns null while the body is not complete */
function decode(pieces: readonly Buffer[], maxFields = 100): Decoded | null {
  const decoder = new ChunkedDecoder(maxFields);
  const body = new IncomingBody(null, new CountingSource(), 1024);
  const sink = new KeepingSink();
  void body.relayTo(sink);
  let rest = "";
  for (const piece of pieces) {
    const at = body.settled ? 0 : decoder.decode(piece, 0, body);
    rest += piece.toString("latin1", at);
  }
  if (!body.complete) return null;
  return { content: sink.text, trailers: sink.trailers?.serialize(() => false) ?? null, rest };
}

const whole = (octets: string): Buffer[] => [Buffer.from(octets, "latin1")];
const octetByOctet = (octets: string): Buffer[] =>
  cut(
    octets,
    Array.from(octets, (_, index) => index),
  );

describe("valid bodies", () => {
  test.each<[string, string, string | null, string]>([
    ["0\r\n\r\n", "", null, ""],
    ["5\r\nhello\r\n0\r\n\r\n", "hello", null, ""],
    ["5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET /", "hello!", null, "GET /"],
    ["a\r\n0123456789\r\n0\r\n\r\n", "0123456789", null, ""],
    ["A\r\n0123456789\r\n0\r\n\r\n", "0123456789", null, ""],
    ["0005\r\nhello\r\n000\r\n\r\n", "hello", null, ""],
    ["00000000000000000005\r\nhello\r\n0\r\n\r\n", "hello", null, ""],
    ["5\r\n\r\n0\r\n\r\n0\r\n\r\n", "\r\n0\r\n", null, ""],
    ["5;a\r\nhello\r\n0;b=c\r\n\r\n", "hello", null, ""],
    ['5;a="b;\t\\"\\\\\u00e9";c=d;e\r\nhello\r\n0\r\n\r\n', "hello", null, ""],
    ["0\r\nX-Sum: 1\r\nB:2 \r\n\r\nrest", "", "X-Sum: 1\r\nB: 2\r\n", "rest"],
    ["0\r\n\r\n\r\n", "", null, "\r\n"],
  ])("%j", (octets, content, trailers, rest) => {
    expect(decode(whole(octets))).toEqual({ content, trailers, rest });
    expect(decode(octetByOctet(octets))).toEqual({ content, trailers, rest });
  });

  test("CH10: without the last chunk it is not complete", () => {
    for (const octets of ["5\r\nhello\r\n", "5\r\nhel", "5", "0\r\n", "0\r\nX: 1\r\n"])
      expect(decode(whole(octets))).toBeNull();
  });
});

describe("invalid bodies", () => {
  test.each([
    ["CH1", "5\nhello\r\n0\r\n\r\n"],
    ["CH1", "0\n\r\n"],
    ["CH1", "5\r\nhello\n0\r\n\r\n"],
    ["CH2", "5\rX\nhello\r\n0\r\n\r\n"],
    ["CH2", "5\r\r;ABCD\r\n"],
    ["CH2", "5;a\r\r\nhello\r\n0\r\n\r\n"],
    ...["5 \r\n", " 5\r\n", "\t5\r\n", "5\t\r\n", "5 ;a\r\n", "5; a\r\n", "5;a =b\r\n"].map((line) => [
      "CH3",
      `${line}hello\r\n0\r\n\r\n`,
    ]),
    ...["+5", "-5", "0x5", "5_0", "Z", "", "5h", "5,5", "5.0", "\u00b5"].map((size) => [
      "CH4",
      `${size}\r\nhello\r\n0\r\n\r\n`,
    ]),
    ...["FFFFFFFFFFFFFFFFF", "10000000000000", "fffffffffffffff0"].map((size) => [
      "CH5",
      `${size}\r\nhello\r\n0\r\n\r\n`,
    ]),
    ["CH6", "5\r\nhello!\r\n0\r\n\r\n"],
    ["CH6", "5\r\nhello0\r\n\r\n"],
    ["CH6", "5\r\nhell\r\n0\r\n\r\n"],
    ["CH6", "5\r\nhelloX\n0\r\n\r\n"],
    ["CH6", "5\r\nhello\rX0\r\n\r\n"],
    ...["5;", "5;;a", "5;=b", "5;a=", "5;a\0", '5;a="b', '5;a=b"', '5;a="b"c', "5;a=b c", "5;\u00e9", '5;a="\x01"'].map(
      (line) => ["CH7", `${line}\r\nhello\r\n0\r\n\r\n`],
    ),
    ["CH7", '5;a="\r\n"\r\nhello\r\n0\r\n\r\n'],
    ["CH7", "5;\nhello\r\n0\r\n\r\n"],
    ["CH7", "5;a\rb\r\nhello\r\n0\r\n\r\n"],
    ["CH12", "0\r\nX: 1\n\r\n"],
    ["CH12", "0\r\nX\r\n\r\n"],
    ["CH12", "0\r\nX: 1\r\n\n"],
    ["CH12", "0\r\n X: 1\r\n\r\n"],
    ["CH12", "0\r\nX: 1\r\n y\r\n\r\n"],
    ["CH12", "0\r\nX : 1\r\n\r\n"],
    ["CH12", "0\r\nX: \0\r\n\r\n"],
    ["CH12", "0\r\n\rX\r\n\r\n"],
  ])("%s %j is refused", (_row, octets) => {
    expect(() => decode(whole(octets))).toThrow(BodyError);
    expect(() => decode(octetByOctet(octets))).toThrow(BodyError);
  });

  test.each([
    ["CH8: an extension without end", `5;${"a".repeat(2000)}`],
    ["a size line without end", "0".repeat(2000)],
    ["CH8: extensions without end", "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n".repeat(1000)],
    ["trailers without end", `0\r\n${"X-Trailer: 0123456789\r\n".repeat(1000)}`],
    ["a trailer without end", `0\r\n${"x".repeat(20_000)}`],
  ])("%s is too large", (_what, octets) => {
    const tooLarge = expect.objectContaining({ tooLarge: true }) as BodyError;
    expect(() => decode(whole(octets), 100_000)).toThrow(tooLarge);
    expect(() => decode(octetByOctet(octets), 100_000)).toThrow(tooLarge);
  });

  test("a bare CR beyond the longest line is not what is wrong with it, one before is", () => {
    const beyond = `5;a=${"b".repeat(2_000)}\rb\r\n`;
    const before = `5;a\r${"b".repeat(2_000)}\r\n`;
    for (const cutting of [whole, octetByOctet]) {
      expect(() => decode(cutting(beyond))).toThrow(expect.objectContaining({ tooLarge: true }) as BodyError);
      expect(() => decode(cutting(before))).toThrow(expect.objectContaining({ tooLarge: false }) as BodyError);
    }
  });

  test("too many trailers are too large", () => {
    const octets = "0\r\nA: 1\r\nB: 2\r\n\r\n";
    expect(decode(whole(octets), 2)?.trailers).toBe("A: 1\r\nB: 2\r\n");
    expect(() => decode(whole(octets), 1)).toThrow(expect.objectContaining({ tooLarge: true }) as BodyError);
  });
});

describe("however it is cut", () => {
  const content = fc.string({
    unit: fc.constantFrom("x", "\r", "\n", "0", "\u00ff", "\0"),
    minLength: 1,
    maxLength: 40,
  });
  const extension = fc.constantFrom("", ";a", ";a=b", ';a="q\\"t"');
  const chunk = fc
    .tuple(content, extension, fc.nat(3))
    .map(([text, extension, zeros]) => [
      `${"0".repeat(zeros)}${text.length.toString(16)}${extension}\r\n${text}\r\n`,
      text,
    ]);
  const trailer = fc.constantFrom("A: 1\r\n", "B:2\r\n", "X-Long: some words\r\n");
  const message = fc
    .tuple(fc.array(chunk, { maxLength: 6 }), extension, fc.array(trailer, { maxLength: 3 }))
    .map(([chunks, extension, trailers]) => ({
      octets: `${chunks.map(([written]) => written).join("")}0${extension}\r\n${trailers.join("")}\r\n`,
      content: chunks.map(([, text]) => text).join(""),
      count: trailers.length,
    }));

  test("a valid body is the same, and so is what follows", () => {
    fc.assert(
      fc.property(message, anyCuts, ({ octets, content, count }, cuts) => {
        const decoded = decode(cut(`${octets}GET /next`, cuts));
        expect(decoded).toMatchObject({ content, rest: "GET /next" });
        expect(decoded?.trailers?.split("\r\n").length ?? 1).toBe(count + 1);
      }),
    );
  });

  test("a body with one octet spoiled is refused or accepted the same way", () => {
    const outcome = (pieces: readonly Buffer[]): unknown => {
      try {
        return decode(pieces);
      } catch (error) {
        expect(error).toBeInstanceOf(BodyError);
        return "refused";
      }
    };
    fc.assert(
      fc.property(
        message,
        fc.nat(),
        fc.constantFrom("\r", "\n", " ", "0", ";", "g", "", "\r\n"),
        anyCuts,
        (message, at, by, cuts) => {
          const place = at % message.octets.length;
          const spoiled = `${message.octets.slice(0, place)}${by}${message.octets.slice(place + 1)}`;
          const one = outcome(whole(spoiled));
          const many = outcome(cut(spoiled, cuts));
          expect(many).toEqual(one);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
