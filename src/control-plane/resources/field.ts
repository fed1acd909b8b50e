import type { Diagnostic } from "../translate/diagnostic.ts";
import { nearestName } from "../nearest-name.ts";
import { describeField, type FieldPath } from "./field-path.ts";
import type { Place } from "./resource.ts";

/** The object that is being read: how messages name it, and the problems met so far. */
export interface Reading {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly place: Place | undefined;
  readonly diagnostics: Diagnostic[];
}

/** Thrown after the problem was reported: what encloses the field (a list item, at last the object) is left out. */
class Unreadable extends Error {}

/**
 * One field of an untyped object, and where it is. Each method that shapes the value reports a value of the wrong type with its line and
 * throws `Unreadable`; `items` and `orElse` catch it, so that a bad path costs that path. null counts as absent, as in Kubernetes.
 */
export class Field {
  readonly value: unknown;
  readonly #path: FieldPath;
  readonly #reading: Reading;
  readonly #hidden: boolean;

  constructor(value: unknown, reading: Reading, path: FieldPath = [], hidden = false) {
    this.value = value ?? undefined;
    this.#path = path;
    this.#reading = reading;
    this.#hidden = hidden;
  }

  get written(): boolean {
    return this.value !== undefined;
  }

  /** The same field, its value never to be quoted in a message. */
  hidden(): Field {
    return new Field(this.value, this.#reading, this.#path, true);
  }

  at(key: string): Field {
    const inner = isMap(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Field(inner, this.#reading, [...this.#path, key], this.#hidden);
  }

  text(): string | undefined {
    if (!this.written || typeof this.value === "string") return this.value as string | undefined;
    return this.#wrongType("a string", isMap(this.value) ? "Write one value" : `Put it in quotes${this.#example()}`);
  }

  integer(): number | undefined {
    if (!this.written || Number.isSafeInteger(this.value)) return this.value as number | undefined;
    const digits = typeof this.value === "string" && /^\d+$/.test(this.value);
    return this.#wrongType("a whole number", digits ? "Write it without quotes" : "Write a number such as 80");
  }

  /** A port number, 1 to 65535. */
  port(): number | undefined {
    const port = this.integer();
    if (port === undefined || (port >= 1 && port <= 65535)) return port;
    return this.fail("FieldInvalid", `must be a port between 1 and 65535, but is ${port}`, "Write a valid port number");
  }

  flag(): boolean | undefined {
    if (!this.written || typeof this.value === "boolean") return this.value as boolean | undefined;
    return this.#wrongType("true or false", "Write true or false, without quotes");
  }

  /** Requires a value and gives it: `field.must(field.text())`. */
  must<Value>(value: Value | undefined): Value {
    if (value !== undefined) return value;
    const key = this.#path.at(-1);
    if (typeof key === "number")
      return this.fail("FieldMissing", "is empty", "Remove the item, or write what is meant");
    const parent = describeField(this.#path.slice(0, -1));
    return this.fail("FieldMissing", "is missing", `Add ${key}${parent === "" ? "" : ` to ${parent}`}`);
  }

  /** Requires a map; its fields are then read with `at`. */
  map(): this {
    this.must(this.value);
    if (isMap(this.value)) return this;
    const key = this.#path.at(-1);
    const where = typeof key === "string" ? `, indented below ${key}` : " in its place";
    return this.#wrongType("a map", `Write "key: value" lines${where}`);
  }

  /** Reports each key of a map that is none of `names`: the API server refuses such an object. @param meant what to write instead of some */
  only(names: readonly string[], meant: Readonly<Record<string, string>> = {}): this {
    for (const key of isMap(this.value) ? Object.keys(this.value) : []) {
      if (names.includes(key)) continue;
      const instead = Object.hasOwn(meant, key) ? meant[key] : nearestName(key, names);
      const where = describeField(this.#path);
      const remedy = instead
        ? `Write ${where === "" ? "" : `${where}.`}${instead}`
        : "Remove it, or correct its indentation";
      const field = new Field(null, this.#reading, [...this.#path, key]);
      field.report("FieldUnknown", "is not a field that exists, so the API server refuses the object", remedy);
    }
    return this;
  }

  /** The entries of a map; none when it is absent. */
  entries(): [string, Field][] {
    return this.written ? Object.keys(this.map().value as object).map((key) => [key, this.at(key)]) : [];
  }

  /** A map of strings, none when it is absent. A number or boolean is reported and kept as its text: an annotation that protects must not get lost. */
  texts(): Record<string, string> {
    return Object.fromEntries(
      this.entries().map(([key, field]) => [key, field.orElse(textOf(field.value), plainText)]),
    );
  }

  /**
   * Each item of a list as `read` makes it; none when the list is absent. null stands for one that is unreadable (which was reported), so that
   * every other keeps its index: messages and route names are made of it.
   */
  items<Item>(read: (item: Field) => Item): (Item | null)[] {
    if (!this.written) return [];
    if (!Array.isArray(this.value)) return this.#wrongType("a list", 'Write a list: start each item with "- "');
    return this.value.map((value: unknown, index) => {
      const item = new Field(value, this.#reading, [...this.#path, index], this.#hidden);
      return item.orElse(null, read);
    });
  }

  /** What `read` makes of this field, or `fallback` when it is unreadable (which was reported). */
  orElse<Value, Fallback>(fallback: Fallback, read: (field: this) => Value): Value | Fallback {
    try {
      return read(this);
    } catch (error) {
      if (error instanceof Unreadable) return fallback;
      throw error;
    }
  }

  /** Reports an error of this field; `says` follows the field's name in the message. */
  report(code: string, says: string, remedy: string): void {
    const { kind, namespace, name, place, diagnostics } = this.#reading;
    const where = place === undefined ? {} : { file: place.file, line: place.lineOf(this.#path) };
    const field = describeField(this.#path);
    const message = field === "" ? says : `${field} ${says}`;
    diagnostics.push({
      severity: "error",
      code,
      scope: "object",
      object: { kind, namespace, name, ...where },
      message: tellable(message),
      remedy: tellable(remedy),
    });
  }

  /** Reports, and leaves out what encloses this field. */
  fail(code: string, says: string, remedy: string): never {
    this.report(code, says, remedy);
    throw new Unreadable(says);
  }

  #wrongType(wanted: string, remedy: string): never {
    const is = this.#hidden ? `a ${Array.isArray(this.value) ? "list" : typeof this.value}` : shown(this.value);
    return this.fail("FieldWrongType", `must be ${wanted}, but is ${is}`, remedy);
  }

  #example(): string {
    return this.#hidden || Array.isArray(this.value) ? "" : `: ${JSON.stringify(String(this.value))}`;
  }
}

/** What would move the cursor or turn the direction of the text of a terminal; JSON leaves these as they are. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Characters of a message: what it quotes may be of any length. */
const MOST_SAID = 1000;

/** A text that may be told to anybody: of bounded length, without anything a terminal would act upon. */
export function tellable(text: string): string {
  const plain = visible(text);
  return plain.length <= MOST_SAID ? plain : `${plain.slice(0, MOST_SAID - 3)}...`;
}

/** A value as a message quotes it: JSON of bounded length, without anything a terminal would act upon. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  const text = visible(json);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function plainText(field: Field): string {
  return field.text() ?? "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : shown(value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
