import { assert, constantFrom, integer, nat, option, property, string, tuple, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseCoding } from "../../../src/data-plane/http/accept-encoding.ts";

const OFFERED = ["zstd", "br", "gzip"] as const;
const chosen = (...fields: string[]): string | null => chooseCoding(fields, OFFERED);

describe("RFC 9110 §12.5.3", () => {
  test.each<[string, string | null]>([
    ["gzip", "gzip"],
    ["GZip", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, deflate, br", "br"],
    ["deflate", null],
    ["", null],
    [",,", null],
    ["identity", null],
    ["gzip, identity", "gzip"],
    ["gzip;q=0.5, identity", null],
    ["gzip;q=0.5, identity;q=0.4", "gzip"],
    ["gzip;q=0.5, identity;q=0.5", "gzip"],
    ["gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"],
    ["compress;q=0.5, gzip;q=1.0", "gzip"],
    ["zstd;q=0.1, br;q=0.2, gzip;q=0.3", "gzip"],
    ["zstd;q=0.3,br;q=0.3,gzip;q=0.299", "zstd"],
    ["*", "zstd"],
    ["*;q=0", null],
    ["zstd;q=0, *", "br"],
    ["zstd;q=0, br;q=0.0, *;q=0.001", "gzip"],
    ["gzip;q=0", null],
    ["gzip;q=0, *;q=0, identity;q=0", null],
    ["identity;q=0", null],
    ["identity;q=0, gzip;q=0.001", "gzip"],
    // "*" stands for identity too where that is not named.
    ["gzip;q=0.3, zstd;q=0, br;q=0, *;q=0.5", null],
    ["gzip ; Q=0.8", "gzip"],
    ["gzip\t;\tq=1.000", "gzip"],
    ["gzip;q=0.", null],
    ["gzip;q=1.", "gzip"],
    // Malformed weights refuse.
    ["gzip;q=1.001", null],
    ["gzip;q=2", null],
    ["gzip;q=-1", null],
    ["gzip;q=0.1234", null],
    ["gzip;q=", null],
    ["gzip;q=a, *", "zstd"],
    ["zstd;q=a, *", "br"],
    ["gzip;level=1", null],
    ["gzip q=1", null],
    ["gzip;q=0, gzip", null],
    ["gzip, gzip;q=0", "gzip"],
    ["gzip\u00a0", null],
  ])("%j: %s", (field, coding) => expect(chosen(field)).toBe(coding));

  test("without the field nothing is compressed", () => expect(chosen()).toBeNull());
  test("several field lines are one list", () => expect(chosen("gzip", "br;q=0.9")).toBe("gzip"));
  test("only what is offered", () => expect(chooseCoding(["br, gzip"], ["gzip"])).toBe("gzip"));
});

const weight = option(integer({ min: 0, max: 1000 }), { nil: null });
const coding = constantFrom("zstd", "br", "gzip", "deflate", "identity", "*");
const list = uniqueArray(tuple(coding, weight), { selector: ([name]) => name, maxLength: 6 });
type List = readonly (readonly [string, number | null])[];

const written = (members: List): string =>
  members.map(([name, q]) => (q === null ? name : `${name};q=${(q / 1000).toFixed(3)}`)).join(", ");

/** By the letter, and otherwise than the code does it: what a client says of a coding. */
function weightOf(members: List, name: string): number | null {
  const said = members.find(([one]) => one === name) ?? members.find(([one]) => one === "*");
  return said === undefined ? null : (said[1] ?? 1000);
}

test("what is chosen is accepted, and nothing accepted is heavier or as heavy and preferred", () => {
  assert(
    property(list, (members) => {
      const choice = chosen(written(members));
      const own = choice === null ? 0 : (weightOf(members, choice) ?? 0);
      if (choice !== null) expect(own).toBeGreaterThan(0);
      if (choice !== null) expect(own).toBeGreaterThanOrEqual(weightOf(members, "identity") ?? 0);
      for (const other of OFFERED) {
        const theirs = weightOf(members, other) ?? 0;
        if (choice === null) expect(theirs === 0 || theirs < (weightOf(members, "identity") ?? 0)).toBe(true);
        else if (OFFERED.indexOf(other) < OFFERED.indexOf(choice as "br")) expect(theirs).toBeLessThan(own);
        else expect(theirs).toBeLessThanOrEqual(own);
      }
    }),
  );
});

test("the order in which a client writes, and lines it splits, make no difference", () => {
  assert(
    property(list, nat(6), (members, cut) => {
      const reversed = chosen(written(members.toReversed()));
      expect(reversed).toBe(chosen(written(members)));
      expect(chosen(written(members.slice(0, cut)), written(members.slice(cut)))).toBe(reversed);
    }),
  );
});

test("any text at all gives an answer", () => {
  assert(property(string(), (text) => [null, ...OFFERED].includes(chosen(text) as null)));
});
