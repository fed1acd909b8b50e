import { totalmem } from "node:os";
import { expect, test } from "vitest";
import { memoryLimit } from "../src/memory-limit.ts";

test.each([
  ["a limit", 64 * 1024 * 1024, 64 * 1024 * 1024],
  ["none", 0, totalmem()],
  ["the largest number there is, as version 1 of control groups says none", 2 ** 63, totalmem()],
])("%s", (_what, constrained, limit) => {
  expect(memoryLimit(constrained)).toBe(limit);
});
