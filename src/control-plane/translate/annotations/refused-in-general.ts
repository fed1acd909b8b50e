import { parseBoolean } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";
import type { GeneralRefusal } from "./ingress-defaults.ts";

/** Why the paths that begin otherwise answer 503. */
export interface PartialRefusal {
  readonly why: string;
  /** Beginnings of paths, in normal form. */
  readonly exempt: readonly string[];
}

/** What an Ingress is refused for the sake of the whole gateway; null for nothing. Each is told it, too. */
export function refusedInGeneral(
  reader: AnnotationReader,
  refusals: readonly GeneralRefusal[],
): { readonly whole: string | null; readonly partial: PartialRefusal | null } {
  let whole: string | null = null;
  let partial: PartialRefusal | null = null;
  for (const refusal of refusals) {
    if (!holdsFor(refusal, reader.values)) continue;
    const { source, because, remedy, exempt } = refusal;
    const why = reader.sayOfIngress("RefusedInGeneral", `${source} ${because}`, remedy);
    if (exempt === undefined) whole ??= why;
    else partial ??= { why, exempt };
  }
  return { whole, partial };
}

function holdsFor({ unless = [], unlessFalse }: GeneralRefusal, values: AnnotationReader["values"]): boolean {
  if (unless.some((name) => values[name] !== undefined)) return false;
  return unlessFalse === undefined || parseBoolean((values[unlessFalse] ?? "").trim()) !== false;
}
