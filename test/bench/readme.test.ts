import { expect, test } from "vitest";
import { withReport } from "../../bench/readme.ts";

test("a report takes the place of what stands between the marks", () => {
  const page = "before\n<!-- bench table: begin -->\n\nold\n\n<!-- bench table: end -->\nafter";
  expect(withReport(page, "new\n", "bench table")).toBe(
    "before\n<!-- bench table: begin -->\n\nnew\n\n<!-- bench table: end -->\nafter",
  );
  expect(() => withReport("no marks", "new", "bench table")).toThrow("bench table");
});
