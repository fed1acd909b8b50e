import type { Guard } from "../annotations/guard.ts";
import { RISKS, type Risk } from "../annotations/risks.ts";
import type { Setting } from "./setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

export const annotationsRiskLevel: Setting<Risk> = {
  name: "annotations-risk-level",
  // Snippets, which are all that is above, answer 503 in any case.
  fallback: "High",
  docs: "The highest risk, as ingress-nginx rates it, of annotations that may be used. An Ingress with one above it answers 503, and the webhook refuses it.",
  expected: RISKS.join(", "),
  parse: (text) => RISKS.find((risk) => risk === text) ?? null,
};

export const annotationValueWordBlocklist: Setting<readonly string[]> = {
  name: "annotation-value-word-blocklist",
  fallback: [],
  docs: "Words that no value of an annotation under the prefix of ingress-nginx may contain. An Ingress with one answers 503, and the webhook refuses it.",
  expected: "a list of words, separated by commas",
  parse: (text) =>
    text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
};

export const GUARD_SETTINGS: readonly Setting<unknown>[] = [annotationsRiskLevel, annotationValueWordBlocklist];

/** What annotations may say. */
export function readGuard(reader: SettingsReader): Guard {
  return { risk: reader.read(annotationsRiskLevel), words: reader.read(annotationValueWordBlocklist) };
}
