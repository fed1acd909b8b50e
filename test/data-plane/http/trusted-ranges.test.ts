import { describe, expect, test } from "vitest";
import { TrustedRanges } from "../../../src/data-plane/http/trusted-ranges.ts";

describe("trusted ranges", () => {
  const ranges = new TrustedRanges(["10.0.0.0/8", " 192.0.2.7 ", "2001:db8::/32"]);

  test.each(["10.0.0.1", "10.255.255.255", "192.0.2.7", "2001:db8::1", "2001:db8:ffff::"])("%s is in", (address) => {
    expect(ranges.has(address)).toBe(true);
  });

  test.each(["11.0.0.1", "192.0.2.8", "2001:db9::1", "", "unknown", "10.0.0.1:80", "_secret"])(
    "%s is not",
    (address) => {
      expect(ranges.has(address)).toBe(false);
    },
  );

  test("of one family say nothing of the other", () => {
    expect(new TrustedRanges(["0.0.0.0/0"]).has("203.0.113.5")).toBe(true);
    expect(new TrustedRanges(["0.0.0.0/0"]).has("2001:db8::1")).toBe(false);
    expect(new TrustedRanges(["::/0"]).has("2001:db8::1")).toBe(true);
    expect(new TrustedRanges(["::/0"]).has("203.0.113.5")).toBe(false);
  });

  test.each([
    "",
    "10.0.0.0/33",
    "2001:db8::/129",
    "10.0.0/8",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "fe80::%1/10",
    "lan",
  ])("%j is no range", (range) => {
    expect(() => new TrustedRanges([range])).toThrow("such as 10.0.0.0/8");
  });
});
