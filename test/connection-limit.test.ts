import { expect, test } from "vitest";
import { connectionLimit } from "../src/connection-limit.ts";

const line = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}   1048576              files\n`;

test.each([
  ["many files: the default", line("1048576"), 10_000],
  ["few files: 45 % of them", line("1024"), 460],
  ["no limit", line("unlimited"), 10_000],
  ["a system without /proc", "", 10_000],
  ["never none", line("1"), 1],
])("%s", (_what, limits, expected) => {
  expect(connectionLimit(limits)).toBe(expected);
});
