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
