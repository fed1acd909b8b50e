import { expect, test } from "vitest";
import { News } from "../../src/cli/news.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";

function problem(name: string, number: number, severity: Diagnostic["severity"] = "warning"): Diagnostic {
  const object = { kind: "Ingress", namespace: "t", name };
  return { severity, code: "Odd", scope: "object", object, message: `problem ${number}`, remedy: "Mend it" };
}

test("who makes thousands of mistakes does not bury what others have to hear", () => {
  const lines: string[] = [];
  const news = new News(
    (severity, message, fields) => lines.push(`${severity} ${String(fields?.["object"])} ${message}`),
    "json",
  );
  const many = Array.from({ length: 3_000 }, (_, number) => problem("many", number));
  news.tell([problem("first", 1), ...many, problem("many", 9_999, "error"), problem("last", 1)]);
  expect(lines).toHaveLength(23);
  expect(lines[0]).toBe("warning Ingress t/first problem 1");
  expect(lines[1]).toBe("warning Ingress t/many problem 0");
  // An error comes before what is only a warning.
  expect(lines).toContain("error Ingress t/many problem 9999");
  expect(lines.slice(-2)).toEqual([
    "warning Ingress t/last problem 1",
    "warning Ingress t/many Ingress t/many has 2981 more problems",
  ]);
});
