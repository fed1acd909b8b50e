import { compareText } from "./compare-text.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Collects the diagnostics of one translation. */
export class Problems {
  readonly #found: Diagnostic[] = [];

  add(diagnostic: Diagnostic): void {
    this.#found.push(diagnostic);
  }

  list(): readonly Diagnostic[] {
    return inOrder(this.#found);
  }
}

/**
 * By file and line, then by object, then by what they say: the same problems give the same list, whoever found them first. What is said of one
 * object twice in the same words (two paths lead to one Service without endpoints) is said once, at its first line.
 */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted(
    (a, b) =>
      compareText(a.object.file ?? "", b.object.file ?? "") ||
      (a.object.line ?? 0) - (b.object.line ?? 0) ||
      compareText(a.object.namespace, b.object.namespace) ||
      compareText(a.object.name, b.object.name) ||
      compareText(a.object.kind, b.object.kind) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
  const said = new Set<string>();
  return sorted.filter(({ severity, code, object: { kind, namespace, name, file }, message }) => {
    const key = JSON.stringify([severity, code, kind, namespace, name, file, message]);
    return !said.has(key) && said.add(key);
  });
}
