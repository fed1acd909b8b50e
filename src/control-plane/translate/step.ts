import { Remembered } from "../remembered.ts";
import type { Tables } from "./lookup.ts";
import { Recalled } from "./recalled.ts";
import type { Said } from "./translating.ts";

/** A step of the translation that is taken for each of many objects: again only for those of which it would make something else. */
export class Step<Subject extends object, T extends Tables, Value> {
  readonly #recalled: Recalled<Subject, T, Said<readonly Value[]>>;
  readonly #joined = new Remembered<Said<readonly Value[]>>();

  /** @param take reads the object and the tables alone */
  constructor(take: (subject: Subject, tables: T) => Said<readonly Value[]>) {
    this.#recalled = new Recalled(take);
  }

  /** All that it makes of them, and all it has to say; the same object when all of it is the same. */
  of(subjects: readonly Subject[], tables: T): Said<readonly Value[]> {
    const said = this.#recalled.of(subjects, tables);
    return this.#joined.of([said], () => joined(said));
  }
}

function joined<Value>(said: readonly Said<readonly Value[]>[]): Said<readonly Value[]> {
  const [value, diagnostics, usedMaps]: [
    Value[],
    Said<Value>["diagnostics"][number][],
    Said<Value>["usedMaps"][number][],
  ] = [[], [], []];
  for (const one of said) {
    for (const each of one.value) value.push(each);
    for (const diagnostic of one.diagnostics) diagnostics.push(diagnostic);
    for (const map of one.usedMaps) usedMaps.push(map);
  }
  return { value, diagnostics, usedMaps };
}
