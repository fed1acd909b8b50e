import { shown } from "../../resources/field.ts";
import type { Ingress } from "../../resources/ingress.ts";
import type { Severity } from "../diagnostic.ts";
import { originOf } from "../place.ts";
import type { Problems } from "../problems.ts";
import type { Annotation } from "./annotation.ts";

/** Values that hold where an annotation is absent or invalid, by the annotation's name without prefix, in place of its own fallback. */
export type Presets = Readonly<Record<string, unknown>>;

/** The annotations of one Ingress under one prefix, and how problems with them are told. Names are without the prefix. */
export class AnnotationReader {
  readonly values: Readonly<Record<string, string>>;
  readonly #prefix: string;
  readonly #ingress: Ingress;
  readonly #problems: Problems;
  readonly #presets: Presets;

  constructor(prefix: string, ingress: Ingress, problems: Problems, presets: Presets = {}) {
    this.#prefix = prefix;
    this.#ingress = ingress;
    this.#problems = problems;
    this.#presets = presets;
    const entries = Object.entries(ingress.metadata.annotations).filter(([name]) => name.startsWith(prefix));
    this.values = Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
  }

  /** Sorted, so that the same annotations give the same diagnostics. */
  get names(): string[] {
    return Object.keys(this.values).toSorted();
  }

  /** Reports a problem of one annotation. @returns message and remedy in one text */
  say(name: string, severity: Severity, code: string, what: string, remedy: string): string {
    const said = `annotation ${this.#prefix}${name} ${what}`;
    const object = originOf(this.#ingress, ["metadata", "annotations", `${this.#prefix}${name}`]);
    const told = this.#problems.add({ severity, code, scope: "object", object, message: said, remedy });
    return `${told.message}. ${told.remedy}`;
  }

  /** Reports what no annotation of it can change. @returns message and remedy in one text */
  sayOfIngress(code: string, message: string, remedy: string): string {
    const object = originOf(this.#ingress);
    this.#problems.add({ severity: "error", code, scope: "reference", object, message, remedy });
    return `${message}. ${remedy}`;
  }

  /** The value of a declared annotation; an invalid one is reported and the fallback holds. */
  read<Value>(annotation: Annotation<Value>): Value {
    const text = this.values[annotation.name];
    if (text === undefined) return this.#otherwise(annotation);
    const value = annotation.parse(text.trim());
    if (value !== null) return value;
    const what = `is ${shown(text)} but must be ${annotation.expected}; ${annotation.whenInvalid ?? "the default holds"}`;
    this.say(annotation.name, "warning", "AnnotationInvalid", what, `Write ${annotation.expected}`);
    return this.#otherwise(annotation);
  }

  /** The same for one that protects the routes: with an invalid one they must not be served. `refuse` gets the reason. */
  demand<Value>(annotation: Annotation<Value>, refuse: (why: string) => void): Value {
    const text = this.values[annotation.name];
    if (text === undefined) return this.#otherwise(annotation);
    const value = annotation.parse(text.trim());
    if (value !== null) return value;
    const what = `is ${shown(text)} but must be ${annotation.expected}, so its routes answer 503`;
    refuse(this.say(annotation.name, "error", "ProtectionInvalid", what, `Write ${annotation.expected}`));
    return this.#otherwise(annotation);
  }

  /** What holds where it is absent or invalid. */
  #otherwise<Value>({ name, fallback }: Annotation<Value>): Value {
    return Object.hasOwn(this.#presets, name) ? (this.#presets[name] as Value) : fallback;
  }
}
