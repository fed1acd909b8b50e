import type { Diagnostic } from "./diagnostic.ts";

/** Collects the diagnostics of one translation. */
export class Problems {
  readonly #found = new Map<string, Diagnostic>();

  /** The same problem met twice (two paths to one Service) is one diagnostic. */
  add(diagnostic: Diagnostic): void {
    const key = JSON.stringify(diagnostic);
    if (!this.#found.has(key)) this.#found.set(key, diagnostic);
  }

  /** By file and line, then by object, then as they were met: the same input gives the same list. */
  list(): readonly Diagnostic[] {
    return [...this.#found.values()].toSorted(
      (a, b) =>
        compare(a.object.file ?? "", b.object.file ?? "") ||
        (a.object.line ?? 0) - (b.object.line ?? 0) ||
        compare(a.object.namespace, b.object.namespace) ||
        compare(a.object.name, b.object.name) ||
        compare(a.object.kind, b.object.kind),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
