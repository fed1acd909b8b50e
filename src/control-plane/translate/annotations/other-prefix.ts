import type { FieldPath } from "../../resources/field-path.ts";
import type { Ingress } from "../../resources/ingress.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { PREFIX } from "./annotation.ts";

/**
 * Annotations of ingress-nginx under another prefix than its own (`--annotations-prefix`). They are read as if they were under its own, whose
 * annotations are then nobody's, as there; in diagnostics they are called what they are written.
 */
export class OtherPrefix {
  /** With its slash. */
  readonly #prefix: string;
  readonly #worded = new WeakMap<Diagnostic, Diagnostic>();

  /** @param prefix "example.com" */
  constructor(prefix: string) {
    this.#prefix = `${prefix}/`;
  }

  read(ingress: Ingress): Ingress {
    const entries = Object.entries(ingress.metadata.annotations).filter(([name]) => !name.startsWith(PREFIX));
    const annotations = Object.fromEntries(
      entries.map(([name, value]) => [
        name.startsWith(this.#prefix) ? PREFIX + name.slice(this.#prefix.length) : name,
        value,
      ]),
    );
    const { place, metadata } = ingress;
    const read = { ...ingress, metadata: { ...metadata, annotations } };
    if (place === undefined) return read;
    const lineOf = (field: FieldPath): number => place.lineOf(field.map((part) => this.#written(part)));
    return { ...read, place: { ...place, lineOf } };
  }

  worded(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    return diagnostics.map((diagnostic) => {
      const worded = this.#worded.get(diagnostic) ?? this.#wordedAnew(diagnostic);
      this.#worded.set(diagnostic, worded);
      return worded;
    });
  }

  #wordedAnew(diagnostic: Diagnostic): Diagnostic {
    const { message, remedy } = diagnostic;
    if (!message.includes(PREFIX) && !remedy.includes(PREFIX)) return diagnostic;
    const word = (text: string): string => text.replaceAll(PREFIX, this.#prefix);
    return { ...diagnostic, message: word(message), remedy: word(remedy) };
  }

  #written<Part>(part: Part): Part | string {
    return typeof part === "string" && part.startsWith(PREFIX) ? this.#prefix + part.slice(PREFIX.length) : part;
  }
}
