import type { AnnotationReader } from "./annotation-reader.ts";
import { RISKS, riskOf, type Risk } from "./risks.ts";

/** What annotations may say, where not everybody who may write Ingresses is trusted alike. */
export interface Guard {
  /** The highest that is allowed (`annotations-risk-level`). */
  readonly risk: Risk;
  /** Words that no value may contain (`annotation-value-word-blocklist`). */
  readonly words: readonly string[];
}

/** Tells of annotations that are not allowed. @returns why the routes must not be served, one text each */
export function notAllowed(reader: AnnotationReader, { risk, words }: Guard): string[] {
  return reader.names.flatMap((name) => {
    const value = reader.values[name] ?? "";
    const said: string[] = [];
    const own = riskOf(name);
    // Snippets, which are all that is critical, are refused in any case.
    if (own !== null && own !== "Critical" && RISKS.indexOf(own) > RISKS.indexOf(risk)) {
      const what = `is of risk ${own}, and annotations-risk-level allows ${risk} at most, so its routes answer 503`;
      said.push(
        reader.say(name, "error", "AnnotationTooRisky", what, "Remove the annotation, or have the level raised"),
      );
    }
    const word = words.find((one) => value.includes(one));
    if (word !== undefined) {
      const what = `contains ${JSON.stringify(word)}, which annotation-value-word-blocklist forbids, so its routes answer 503`;
      said.push(reader.say(name, "error", "AnnotationForbidden", what, "Write it without, or remove the annotation"));
    }
    return said;
  });
}
