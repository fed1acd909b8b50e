import type { Diagnostic } from "./diagnostic.ts";

/** What there is to say of things, for as long as they are there. Most of them say nothing. */
export class Notes<Owner> {
  readonly #notes = new Map<Owner, readonly Diagnostic[]>();
  #all: readonly Diagnostic[] | null = null;

  /** In the place of what was said of it before. */
  set(owner: Owner, diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length === 0) return this.delete(owner);
    this.#notes.set(owner, diagnostics);
    this.#all = null;
  }

  delete(owner: Owner): void {
    if (this.#notes.delete(owner)) this.#all = null;
  }

  /** The same list as long as nobody says something else. */
  get all(): readonly Diagnostic[] {
    this.#all ??= [...this.#notes.values()].flat();
    return this.#all;
  }
}
