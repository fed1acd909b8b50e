import { expect, test } from "vitest";
import { markdownTable } from "../../bench/table.ts";

test("a table is Markdown, with columns of one width", () => {
  const table = markdownTable(
    [
      { title: "proxy", align: "left" },
      { title: "µs", align: "right" },
    ],
    [
      ["nginx", "14.0"],
      ["http-proxy", "106.3"],
    ],
  );
  expect(table.split("\n")).toEqual([
    "| proxy      |    µs |",
    "| ---------- | ----: |",
    "| nginx      |  14.0 |",
    "| http-proxy | 106.3 |",
  ]);
});

test("cells that are missing are empty", () => {
  expect(markdownTable([{ title: "a", align: "left" }], [[]])).toBe("| a   |\n| --- |\n|     |");
});
