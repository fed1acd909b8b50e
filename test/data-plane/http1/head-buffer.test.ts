import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadBuffer, type HeadProblem, LEADING_LINES } from "../../../src/data-plane/http1/head-buffer.ts";
import { anyCuts, cut } from "../../support/pieces.ts";

type Outcome = { head: string; rest: string } | { problem: HeadProblem } | "incomplete";

/** What comes of pieces: what follows the piece that completed the head is added to the rest, as a connection would keep it. */
function feed(pieces: readonly Buffer[], maxBytes = 4096, maxStartLine = 2048): Outcome {
  const buffer = new HeadBuffer(maxBytes, maxStartLine, LEADING_LINES);
  for (const [index, piece] of pieces.entries()) {
    const result = buffer.push(piece);
    if (result === null) continue;
    if (typeof result !== "string") return result;
    const rest = Buffer.concat([buffer.rest, ...pieces.slice(index + 1)]).toString("latin1");
    expect(buffer.started).toBe(false);
    return { head: result, rest };
  }
  return "incomplete";
}

const whole = (octets: string): Buffer[] => [Buffer.from(octets, "latin1")];
const octetByOctet = (octets: string): Buffer[] =>
  cut(
    octets,
    Array.from(octets, (_, index) => index),
  );

describe("a head", () => {
  test.each([
    ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n", ""],
    ["GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "body\r\n\r\n"],
    ["\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n", ""],
    ["\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\nx", "GET / HTTP/1.1\r\n", "x"],
    ["A\r\n\r\n\r\n", "A\r\n", "\r\n"],
    ["A: \u00e9\u00ff\r\n\r\n", "A: \u00e9\u00ff\r\n", ""],
  ])("%j", (octets, head, rest) => {
    expect(feed(whole(octets))).toEqual({ head, rest });
    expect(feed(octetByOctet(octets))).toEqual({ head, rest });
  });

  test.each([
    "",
    "\r",
    "\r\n",
    "\r\n\r\n",
    "G",
    "GET / HTTP/1.1",
    "GET / HTTP/1.1\r",
    "GET / HTTP/1.1\r\n",
    "A\r\nB: c\r\n\r",
  ])("%j is not complete", (octets) => {
    expect(feed(whole(octets))).toBe("incomplete");
    expect(feed(octetByOctet(octets))).toBe("incomplete");
  });

  test.each([
    "\nGET / HTTP/1.1\r\n",
    "\rGET / HTTP/1.1\r\n",
    "\r\rGET",
    "\r\n\r\n\r\n\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\r\n",
    "GET / HTTP/1.1\n\n",
    "GET / HTTP/1.1\rHost",
    "GET / HTTP/1.1\r\nX: a\r\n\rX",
    "GET / HTTP/1.1\r\n\n",
  ])("%j never becomes one, and that is said at once", (octets) => {
    expect(feed(whole(octets))).toEqual({ problem: "malformed" });
    expect(feed(octetByOctet(octets))).toEqual({ problem: "malformed" });
  });

  test("is started by its first octet, not by empty lines", () => {
    const buffer = new HeadBuffer(100, 100, LEADING_LINES);
    buffer.push(Buffer.from("\r\n"));
    expect(buffer.started).toBe(false);
    buffer.push(Buffer.from("G"));
    expect(buffer.started).toBe(true);
  });

  test("follows another in the same buffer", () => {
    const buffer = new HeadBuffer(100, 100, LEADING_LINES);
    expect(buffer.push(Buffer.from("A\r\n\r\nB\r\n"))).toBe("A\r\n");
    expect(buffer.push(buffer.rest)).toBeNull();
    expect(buffer.push(Buffer.from("\r\n"))).toBe("B\r\n");
    expect(buffer.push(Buffer.from("\r\n\r\n\r\n\r\nC\r\n\r\n"))).toBe("C\r\n");
  });
});

describe("limits", () => {
  const line = (length: number): string => `${"a".repeat(length - 1)}\r\n`;

  test.each([
    ["a start line as long as allowed", `${line(20)}\r\n`, { head: line(20), rest: "" }],
    ["a start line too long", `${line(21)}\r\n`, { problem: "target-too-long" }],
    ["a start line without end", "a".repeat(21), { problem: "target-too-long" }],
    ["a head as long as allowed", `A\r\n${line(36)}\r\n`, { head: `A\r\n${line(36)}`, rest: "" }],
    ["a head too long", `A\r\n${line(37)}\r\n`, { problem: "too-large" }],
    ["a head without end", `A\r\n${"b".repeat(50)}`, { problem: "too-large" }],
    ["many lines without end", "A\r\n".repeat(20), { problem: "too-large" }],
  ])("%s", (_what, octets, outcome) => {
    expect(feed(whole(octets), 42, 20)).toEqual(outcome);
    expect(feed(octetByOctet(octets), 42, 20)).toEqual(outcome);
  });

  test.each([
    ["a bare CR in a start line that is too long", `a\r${"a".repeat(30)}\r\n\r\n`, "malformed"],
    ["a bare CR beyond the longest start line", `${"a".repeat(21)}\ra\r\n\r\n`, "target-too-long"],
    ["a bare LF that ends a start line one too long", `${"a".repeat(20)}\n\r\n`, "malformed"],
    ["a bare LF in a head that is too long", `A\r\nb\n${"b".repeat(50)}\r\n\r\n`, "malformed"],
    ["a bare LF beyond the longest head", `A\r\n${"b".repeat(50)}\nb\r\n\r\n`, "too-large"],
  ])("%s: what comes first is said", (_what, octets, problem) => {
    expect(feed(whole(octets), 42, 20)).toEqual({ problem });
    expect(feed(octetByOctet(octets), 42, 20)).toEqual({ problem });
  });

  test("what follows a head does not count", () => {
    expect(feed(whole(`A\r\n\r\n${"x".repeat(500)}`), 42, 20)).toEqual({ head: "A\r\n", rest: "x".repeat(500) });
  });
});

describe("however it is cut", () => {
  const text = fc.string({ unit: fc.constantFrom("a", " ", ":", "\t", "\u00e9", "\0"), maxLength: 80 });
  const head = fc
    .tuple(
      text,
      fc.array(
        text.filter((line) => line !== ""),
        { maxLength: 6 },
      ),
    )
    .map(([start, lines]) => [`G${start}`, ...lines].map((line) => `${line}\r\n`).join(""));
  const rest = fc.string({ unit: fc.constantFrom("x", "\r", "\n", "\r\n\r\n"), maxLength: 20 });

  test("a valid head is the same, and so is what follows", () => {
    fc.assert(
      fc.property(head, rest, fc.nat(4), anyCuts, (head, rest, lines, cuts) => {
        const octets = `${"\r\n".repeat(lines)}${head}\r\n${rest}`;
        expect(feed(cut(octets, cuts))).toEqual({ head, rest });
      }),
    );
  });

  test("octets of any kind never become two different heads", () => {
    const octets = fc.string({ unit: fc.constantFrom("A", ":", "\r\n", "\r\n\r\n", "\r", "\n", " "), maxLength: 40 });
    fc.assert(
      fc.property(octets, anyCuts, (octets, cuts) => {
        const one = feed(whole(octets));
        const many = feed(cut(octets, cuts));
        if (typeof many === "object" && "head" in many) expect(one).toEqual(many);
        // A head with a stray CR or LF that came in one piece is left to the parser to refuse, but never the other way round.
        if (typeof one === "object" && "problem" in one) expect(many).toEqual(one);
        if (one === "incomplete") expect(many).toBe("incomplete");
      }),
      { numRuns: 1000 },
    );
  });
});

test("where no empty line may lead, as before a response, the first one is refused", () => {
  expect(new HeadBuffer(100, 100).push(Buffer.from("\r\nHTTP/1.1 200 OK\r\n\r\n"))).toEqual({ problem: "malformed" });
});

test("whether empty lines came before a head is known of the last one, however it was cut", () => {
  const buffer = new HeadBuffer(4096, 2048, LEADING_LINES);
  const led = (octets: string): boolean => {
    for (const piece of octetByOctet(octets)) buffer.push(piece);
    return buffer.led;
  };
  expect(led("\r\nGET / HTTP/1.1\r\n\r\n")).toBe(true);
  buffer.push(Buffer.from("PRI * HTTP/2.0\r\n\r\n"));
  expect(buffer.led).toBe(false);
  expect(led("\r\nGET / HTTP/1.1\r\n\r\n")).toBe(true);
  expect(led("PRI * HTTP/2.0\r\n\r\n")).toBe(false);
});
