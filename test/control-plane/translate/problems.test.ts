import { expect, test } from "vitest";
import type { Diagnostic } from "../../../src/control-plane/translate/diagnostic.ts";
import { inOrder } from "../../../src/control-plane/translate/problems.ts";

function problem(file: string | undefined, line: number | undefined, name: string, code = "A"): Diagnostic {
  const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
  const object = { kind: "Ingress", namespace: "shop", name, ...place };
  return { severity: "error", code, scope: "object", object, message: "is wrong", remedy: "Correct it" };
}

const SORTED = [
  problem(undefined, undefined, "of-a-cluster"),
  problem("a.yaml", 2, "z"),
  problem("a.yaml", 10, "a"),
  problem("a.yaml", 10, "b"),
  problem("a.yaml", 10, "b", "B"),
  problem("b.yaml", 1, "a"),
];

test("by file, line, object and code, whatever order they came in, each once", () => {
  expect(inOrder([...SORTED, ...SORTED].toReversed())).toEqual(SORTED);
  expect(inOrder([3, 0, 5, 1, 3, 4, 2].flatMap((index) => SORTED[index] ?? []))).toEqual(SORTED);
});

test("what is said of one object in the same words is said once, at its first line", () => {
  const [first, second] = [problem("a.yaml", 2, "z"), problem("a.yaml", 7, "z")];
  expect(inOrder([second, first])).toEqual([first]);
  expect(inOrder([second, problem("b.yaml", 2, "z")])).toHaveLength(2);
});
