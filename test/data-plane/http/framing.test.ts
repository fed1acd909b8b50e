import { describe, expect, test } from "vitest";
import { requestFraming, responseFraming } from "../../../src/data-plane/http/framing.ts";
import { headers, refusal } from "../../support/exchanges.ts";

type Line = readonly [name: string, value: string];
const cl = (value: string): Line => ["Content-Length", value];
const te = (value: string): Line => ["Transfer-Encoding", value];

const NONE = { kind: "none" };
const CHUNKED = { kind: "chunked" };
const length = (bytes: number): object => ({ kind: "length", length: bytes });

const BAD_LENGTHS = [
  "",
  "+5",
  "-5",
  "0x5",
  "5_0",
  "5.0",
  "1e1",
  "5 5",
  "Z",
  '"5"',
  "5,",
  "5, 5",
  "5, 6",
  "\u00a05",
  "\xd9\xa5",
  "Infinity",
];

describe("of a request", () => {
  test.each<[Line[], object]>([
    [[], NONE],
    [[cl("0")], NONE],
    [[cl("00")], NONE],
    [[cl("5")], length(5)],
    [[cl("005")], length(5)],
    [[cl("010")], length(10)],
    [[cl("9007199254740991")], length(Number.MAX_SAFE_INTEGER)],
    [[te("chunked")], CHUNKED],
    [[te("Chunked")], CHUNKED],
    [[te("CHUNKED")], CHUNKED],
  ])("%j", (lines, framing) => expect(requestFraming(headers(...lines), "1.1")).toEqual(framing));

  test.each<[name: string, lines: Line[], failure: string]>([
    ["CL1", [cl("5"), te("chunked")], "bad_request"],
    ["CL1", [te("chunked"), cl("5")], "bad_request"],
    ["CL1", [te("chunked"), cl("0")], "bad_request"],
    ["CL2", [cl("5"), cl("6")], "bad_request"],
    ["CL2", [cl("5"), cl("5")], "bad_request"],
    ...BAD_LENGTHS.map((value): [string, Line[], string] => ["CL3-5", [cl(value)], "bad_request"]),
    ["CL7", [cl("9007199254740993")], "payload_too_large"],
    ["CL7", [cl("18446744073709551616")], "payload_too_large"],
    ["CL7", [cl("9".repeat(400))], "payload_too_large"],
    ...["xchunked", "chunkedchunked", "identity", "chunk", '"chunked"', "gzip"].map(
      (value): [string, Line[], string] => ["TE1", [te(value)], "coding_not_implemented"],
    ),
    ["TE2", [te("chunked, identity")], "bad_request"],
    ["TE2", [te("chunked, chunked")], "bad_request"],
    ["TE3", [te("gzip, chunked")], "coding_not_implemented"],
    ...[
      ",chunked",
      "chunked,",
      "chunked;q=1",
      "chunked\x0b",
      "chunked\t",
      "",
      ", ,",
      "\u00a0chunked",
      "\u0085",
      "gzip,,chunked",
    ].map((value): [string, Line[], string] => ["TE4", [te(value)], "bad_request"]),
    ["TE4", [te(""), cl("5")], "bad_request"],
    ["TE5", [te("chunked"), te("chunked")], "bad_request"],
    ["TE5", [te("deflate"), te("chunked")], "bad_request"],
    ["TE5", [te("chunked"), te("identity")], "bad_request"],
  ])("%s %j is refused", (_row, lines, failure) => {
    expect(refusal(() => requestFraming(headers(...lines), "1.1"))).toBe(failure);
  });

  test("TE6: HTTP/1.0 has no transfer codings", () => {
    expect(refusal(() => requestFraming(headers(te("chunked")), "1.0"))).toBe("bad_request");
    expect(requestFraming(headers(cl("5")), "1.0")).toEqual(length(5));
  });
});

describe("of a response", () => {
  const of = (lines: Line[], status = 200, method = "GET", version: "1.0" | "1.1" = "1.1"): object =>
    responseFraming(headers(...lines), status, method, version);

  test.each<[Line[], object]>([
    [[], { kind: "until-close" }],
    [[cl("0")], NONE],
    [[cl("005")], length(5)],
    [[te("chunked")], CHUNKED],
    [[te("Chunked")], CHUNKED],
  ])("%j", (lines, framing) => expect(of(lines)).toEqual(framing));

  test.each([
    [200, "HEAD"],
    [404, "HEAD"],
    [101, "GET"],
    [204, "GET"],
    [204, "POST"],
    [304, "GET"],
  ])("RS6: %i to %s has no body, whatever it says", (status, method) => {
    for (const lines of [[], [cl("5")], [te("chunked")]]) expect(of(lines, status, method)).toEqual(NONE);
  });

  test.each([205, 206, 301, 400, 500, 999])("%i has a body", (status) =>
    expect(of([cl("5")], status)).toEqual(length(5)),
  );

  test.each<Line[]>([
    [cl("5"), te("chunked")],
    [te("chunked"), cl("5")],
    [cl("5"), cl("5")],
    [cl("5"), cl("6")],
    ...BAD_LENGTHS.map((value) => [cl(value)]),
    [cl("18446744073709551616")],
    ...["gzip, chunked", "identity", "chunked, identity", "", ",chunked", "xchunked", "chunked;a"].map((value) => [
      te(value),
    ]),
    [te("chunked"), te("chunked")],
  ])("RS1: %j %j is refused", (...lines) => {
    for (const method of ["GET", "HEAD"]) expect(refusal(() => of(lines, 200, method))).toBe("upstream_invalid");
  });

  test("HTTP/1.0 has no transfer codings", () => {
    expect(refusal(() => of([te("chunked")], 200, "GET", "1.0"))).toBe("upstream_invalid");
    expect(of([], 200, "GET", "1.0")).toEqual({ kind: "until-close" });
  });
});
