import { sameElements } from "../remembered.ts";
import { tellable } from "../resources/field.ts";
import { compareText } from "./compare-text.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Collects the diagnostics of one translation. */
export class Problems {
  readonly #found: Diagnostic[] = [];

  /** @returns it as it is told: what a message quotes of an object may be anything, of any length */
  add(diagnostic: Diagnostic): Diagnostic {
    const told = { ...diagnostic, message: tellable(diagnostic.message), remedy: tellable(diagnostic.remedy) };
    this.#found.push(told);
    return told;
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#found.push(diagnostic);
  }

  /** In the order in which they were found. */
  get found(): readonly Diagnostic[] {
    return this.#found;
  }
}

/** Puts lists in order, one after the other; the same diagnostics give the same list. */
export class OrderedProblems {
  #found: readonly Diagnostic[] = [];
  #sorted: readonly Diagnostic[] = [];
  #ordered: readonly Diagnostic[] = [];

  of(found: readonly Diagnostic[]): readonly Diagnostic[] {
    if (sameElements(this.#found, found)) return this.#ordered;
    const now = new Set(found);
    const before = new Set(this.#sorted);
    const kept = this.#sorted.filter((one) => now.has(one));
    const added = [...now].filter((one) => !before.has(one));
    // What is in order already is sorted in one pass.
    this.#sorted = [...kept, ...added].toSorted(compare);
    this.#ordered = saidOnce(this.#sorted);
    this.#found = found;
    return this.#ordered;
  }
}

/** Diagnostics never change, and most stay from one translation to the next. */
const sayings = new WeakMap<Diagnostic, string>();

function sayingOf(diagnostic: Diagnostic): string {
  const known = sayings.get(diagnostic);
  if (known !== undefined) return known;
  const { severity, code, object, message } = diagnostic;
  const { kind, namespace, name, file } = object;
  const saying = JSON.stringify([severity, code, kind, namespace, name, file, message]);
  sayings.set(diagnostic, saying);
  return saying;
}

/**
 * By file and line, then by object, then by what they say: the same problems give the same list, whoever found them first. What is said of one
 * object twice in the same words (two paths lead to one Service without endpoints) is said once, at its first line.
 */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return saidOnce(diagnostics.toSorted(compare));
}

function compare(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.object.file ?? "", b.object.file ?? "") ||
    (a.object.line ?? 0) - (b.object.line ?? 0) ||
    compareText(a.object.namespace, b.object.namespace) ||
    compareText(a.object.name, b.object.name) ||
    compareText(a.object.kind, b.object.kind) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message) ||
    compareText(a.severity, b.severity) ||
    compareText(a.remedy, b.remedy)
  );
}

function saidOnce(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  const said = new Set<string>();
  return sorted.filter((diagnostic) => {
    const saying = sayingOf(diagnostic);
    return !said.has(saying) && said.add(saying);
  });
}
