import { expect, test } from "vitest";
import { compilePattern } from "../src/linear-pattern.ts";

test("a pattern matches anywhere unless it says where, and its letters have a case", () => {
  const matches = (pattern: string, text: string) => compilePattern(pattern)?.matches(text);
  expect(matches("CN=anna", "O=x,CN=anna")).toBe(true);
  expect(matches("^CN=anna$", "CN=anna,O=x")).toBe(false);
  expect(matches("CN=anna", "CN=ANNA")).toBe(false);
  expect(matches("CN=(anna|berta)\\d?", "CN=berta")).toBe(true);
});

test.each(["(", "a(?=b)", "(a)\\1", "((a{100}){100}){100}"])("%s is none", (pattern) => {
  expect(compilePattern(pattern)).toBeNull();
});

test.each([
  ["long ones", `CN=${"a|".repeat(600)}b`],
  ["repetitions that are compiled one by one", "[\\pL\\pN]{1000}".repeat(5)],
  ["repetitions within repetitions", "((x{30}){30}){30}"],
  ["many small ones", "a{9}".repeat(50)],
])("%s are none: everybody waits for their being compiled", (_what, pattern) => {
  expect(compilePattern(pattern)).toBeNull();
});

test("repetitions of a usual size are fine", () => {
  expect(compilePattern("^CN=[a-z]{1,64}(-[0-9]{2,}){0,3}$")?.matches("CN=anna-17")).toBe(true);
});
