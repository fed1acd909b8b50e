import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FieldError, parseFields } from "../../../src/data-plane/http/fields.ts";

function parsed(block: string): string[] {
  const fields = parseFields(block, 0, 100);
  const written = fields.serialize(() => false).split("\r\n");
  const lines: string[] = [];
  fields.forEach((lower, value) => {
    const line = written[lines.length] ?? "";
    const name = line.slice(0, line.length - value.length - 2);
    lines.push(`${name}=${value}|${lower}`);
  });
  return lines;
}

describe("field lines", () => {
  test.each([
    ["", []],
    ["A: b\r\n", ["A=b|a"]],
    ["A:b\r\n", ["A=b|a"]],
    ["A: \t b \t\r\n", ["A=b|a"]],
    ["A:\r\n", ["A=|a"]],
    ["A: \t \r\n", ["A=|a"]],
    ["A: b:c\r\nB: d\r\n", ["A=b:c|a", "B=d|b"]],
    ["A: b\tc\r\n", ["A=b\tc|a"]],
    ["A: \u00e9\u00ff\u0085\r\n", ["A=\u00e9\u00ff\u0085|a"]],
    ["content-LENGTH: 1\r\nX-New: 2\r\n", ["content-LENGTH=1|content-length", "X-New=2|x-new"]],
    ["!#$%&'*+-.^`|~09aZ: x\r\n", ["!#$%&'*+-.^`|~09aZ=x|!#$%&'*+-.^`|~09az"]],
    ["a: 1\r\nA: 2\r\n", ["a=1|a", "A=2|a"]],
    ["constructor: x\r\n", ["constructor=x|constructor"]],
    // HF10: what a CGI variable cannot tell from a dash is dropped.
    ["Content_Length: 5\r\nTransfer_Encoding: chunked\r\nX_Forwarded_For: 1\r\n__proto__: x\r\nA: b\r\n", ["A=b|a"]],
    ["Transfer-Encoding:  chunked \r\n", ["Transfer-Encoding=chunked|transfer-encoding"]],
  ])("%j", (block, lines) => expect(parsed(block)).toEqual(lines));

  test.each([
    ["HF1 space before the colon", "Content-Length : 5\r\n"],
    ["HF1 tab before the colon", "X\t: 1\r\n"],
    ["HF2 space first", " X: 1\r\n"],
    ["HF3 obs-fold", "X: a\r\n b\r\n"],
    ["HF3 obs-fold by tab", "X: a\r\n\tb: c\r\n"],
    ["HF4 bare CR in a value", "X: a\rY: b\r\n"],
    ["HF4 bare CR in a name", "X\rY: b\r\n"],
    ["HF4 CR at the end of a value", "X: a\r\r\n"],
    ["HF5 bare LF", "X: a\nTransfer-Encoding: chunked\r\n"],
    ["HF5 bare LF at the start", "\nX: a\r\n"],
    ["HF6 NUL in a value", "X: a\0b\r\n"],
    ["HF6 another control", "X: a\x01b\r\n"],
    ["HF6 vertical tab at the edge", "X: \x0bchunked\r\n"],
    ["HF6 form feed at the edge", "X: chunked\x0c\r\n"],
    ["HF6 DEL", "X: \x7f\r\n"],
    ["HF6 a control in a dropped field", "X_Y: \0\r\n"],
    ["HF7 no name", ": v\r\n"],
    ["HF8 no colon", "X\r\n"],
    ["HF8 no colon but in the next line", "X\r\nY: 1\r\n"],
    ["HF8 an empty line", "\r\nX: 1\r\n"],
    ["HF9 a parenthesis", "X(: v\r\n"],
    ["HF9 above 0x7F", "X\u0080: v\r\n"],
    ["HF9 0x85", "\u0085X: v\r\n"],
    ["HF9 CR inside a known name", "Content\rLength: 5\r\n"],
    ["HF9 NUL in a name", "X\0: v\r\n"],
    ["HF9 a slash", "X/Y: v\r\n"],
    ["HF9 quotes", '"X": v\r\n'],
    ["a tab before chunked", "Transfer-Encoding:\tchunked\r\n"],
    ["a tab behind chunked", "transfer-encoding: chunked\t\r\n"],
  ])("%s is refused", (_row, block) => {
    expect(() => parsed(block)).toThrow(FieldError);
    expect(() => parsed(`A: b\r\n${block}C: d\r\n`)).toThrow(FieldError);
  });

  test("HF12: too many, dropped ones counted too", () => {
    const block = "A_B: 1\r\nA: 1\r\n".repeat(2);
    expect(parseFields(block, 0, 4).count).toBe(2);
    const tooMany = expect.objectContaining({ tooMany: true }) as FieldError;
    expect(() => parseFields(block, 0, 3)).toThrow(tooMany);
    expect(() => parseFields("A(: 1\r\n", 0, 3)).toThrow(expect.objectContaining({ tooMany: false }) as FieldError);
  });

  test("begins where it is told", () => expect(parseFields("GET / HTTP/1.1\r\nA: b\r\n", 16, 10).get("a")).toBe("b"));

  test("what was written is read again", () => {
    const name = fc.stringMatching(/^[!#$%&'*+\-.^`|~0-9A-Za-z]{1,20}$/);
    const value = fc.stringMatching(/^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]{0,10}[\x21-\x7e\x80-\xff])?)?$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 10 }), (pairs) => {
        fc.pre(pairs.every(([name, value]) => name.toLowerCase() !== "transfer-encoding" || !value.includes("\t")));
        const block = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        expect(parsed(block)).toEqual(pairs.map(([name, value]) => `${name}=${value}|${name.toLowerCase()}`));
      }),
    );
  });

  test("any octets are fields or an error, never anything else", () => {
    const octets = fc.string({
      unit: fc.constantFrom("A", ":", " ", "\t", "\r", "\n", "\r\n", "\0", "\u0080", "_", "b"),
    });
    fc.assert(
      fc.property(octets, (text) => {
        let fields: string;
        try {
          fields = parseFields(`${text}\r\n`, 0, 100).serialize(() => false);
        } catch (error) {
          expect(error).toBeInstanceOf(FieldError);
          return;
        }
        // What was accepted says the same when it is written anew.
        expect(parseFields(fields, 0, 100).serialize(() => false)).toBe(fields);
        expect(fields).toMatch(/^(?:[!-9;-~]+: [^\0\r\n]*\r\n)*$/);
      }),
      { numRuns: 1000 },
    );
  });
});
