import { describe, expect, test } from "vitest";
import { readAnnotations } from "../../../../src/control-plane/translate/annotations/annotations.ts";
import { NO_DEFAULTS } from "../../../../src/control-plane/translate/annotations/ingress-defaults.ts";
import { KNOWN_NAMES } from "../../../../src/control-plane/translate/annotations/known-names.ts";
import { RISKS, riskOf, type Risk } from "../../../../src/control-plane/translate/annotations/risks.ts";
import { Problems } from "../../../../src/control-plane/translate/problems.ts";
import { ingress, nginx } from "../../../support/resources.ts";

function judged(annotations: Record<string, string>, risk: Risk, words: readonly string[] = []) {
  const problems = new Problems();
  const defaults = { ...NO_DEFAULTS, guard: { risk, words } };
  const { refusals } = readAnnotations(ingress("web", undefined, nginx(annotations)), null, problems, defaults);
  return { refused: refusals.length > 0, codes: problems.found.map(({ code }) => code) };
}

test("annotations are rated as ingress-nginx does it", () => {
  const counts = RISKS.map((risk) => KNOWN_NAMES.filter((name) => riskOf(name) === risk).length);
  // Of annotations-risk.md, and the two aliases of medium and low risk.
  expect(counts).toEqual([77, 46, 10, 5]);
  expect(riskOf("no-such-annotation")).toBeNull();
});

describe("an annotation above the level", () => {
  test.each<[string, string, Risk, boolean]>([
    ["proxy-body-size", "1m", "Low", true],
    ["proxy-body-size", "1m", "Medium", false],
    ["ssl-redirect", "true", "Low", false],
    ["mirror-target", "https://example.com", "Medium", true],
    ["mirror-target", "https://example.com", "High", false],
  ])("%s: %s with level %s: refused %s", (name, value, level, refused) => {
    const { codes, ...rest } = judged({ [name]: value }, level);
    expect(rest.refused).toBe(refused);
    expect(codes.includes("AnnotationTooRisky")).toBe(refused);
  });

  test("a snippet is refused for being one, whatever the level", () => {
    expect(judged({ "server-snippet": "x" }, "Low")).toEqual({ refused: true, codes: ["SnippetNotSupported"] });
  });
});

test("a value with a word of the list is refused", () => {
  const annotations = { "proxy-ssl-name": "load_module.example" };
  expect(judged(annotations, "High", ["other", "load_module"])).toMatchObject({ refused: true });
  expect(judged(annotations, "High", ["other", "load_module"]).codes).toContain("AnnotationForbidden");
  expect(judged(annotations, "High", ["other"])).toMatchObject({ refused: false });
});
