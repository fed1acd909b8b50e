import { expect, test } from "vitest";
import { countHeads } from "../../../bench/upstream/count-heads.ts";

const HEAD = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

test.each([
  ["", 0, ""],
  [HEAD, 1, ""],
  [HEAD + HEAD, 2, ""],
  [`${HEAD}GET / HT`, 1, "GET / HT"],
  [HEAD.slice(0, -1), 0, HEAD.slice(0, -1)],
])("heads in %j", (text, heads, rest) => {
  expect(countHeads(text)).toEqual({ heads, rest });
});
