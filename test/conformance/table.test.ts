import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CASES } from "./smuggling-cases.ts";
import { HTTP2_ROWS } from "./cases/http2.ts";
import { RESPONSE_CASES } from "./cases/upstream-response.ts";

/** Rows whose input is a conversation, not a text: each is a test of its own in the file named. */
const CONVERSATIONS: Readonly<Record<string, string>> = {
  CH10: "conversations.test.ts",
  CO3: "conversations.test.ts",
  CO4: "conversations.test.ts",
};

test("every row of the table is a test", () => {
  const table = readFileSync(new URL("smuggling-cases.tsv", import.meta.url), "utf8");
  const rows = table
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t")[0] ?? "");
  const wanted = rows.filter((id) => id !== "");
  const covered = [...CASES, ...RESPONSE_CASES, ...HTTP2_ROWS]
    .filter(({ variants }) => variants.length > 0)
    .map(({ id }) => id);
  for (const [id, file] of Object.entries(CONVERSATIONS)) {
    if (readFileSync(new URL(file, import.meta.url), "utf8").includes(`"${id} `)) covered.push(id);
  }
  expect(covered.toSorted()).toEqual(wanted.toSorted());
});
