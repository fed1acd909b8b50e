import { parseBoolean } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";
import type { GeneralRefusal } from "./ingress-defaults.ts";

/** Why the paths that begin otherwise answer 503. */
export interface PartialRefusal {
  readonly why: string;
  /** Beginnings of paths, in normal form. */
  readonly exempt: readonly string[];
}

/** Why an Ingress, or some of its paths, is refused for the sake of the whole gateway. Each is told it, too. */
export function refusedInGeneral(
  reader: AnnotationReader,
  refusals: readonly GeneralRefusal[],
): { readonly whole: readonly string[]; readonly partial: readonly PartialRefusal[] } {
  const whole: string[] = [];
  const partial: PartialRefusal[] = [];
  for (const refusal of refusals) {
    if (!holdsFor(refusal, reader.values)) continue;
    const { source, because, remedy, exempt } = refusal;
    const why = reader.sayOfIngress("RefusedInGeneral", `${source} ${because}`, remedy);
    if (exempt === undefined) whole.push(why);
    else partial.push({ why, exempt });
  }
  return { whole, partial };
}

function holdsFor({ unless = [], unlessFalse }: GeneralRefusal, values: AnnotationReader["values"]): boolean {
  if (unless.some((name) => values[name] !== undefined)) return false;
  return unlessFalse === undefined || parseBoolean((values[unlessFalse] ?? "").trim()) !== false;
}
