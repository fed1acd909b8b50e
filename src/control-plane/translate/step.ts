import type { Delta } from "./delta.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Tables } from "./lookup.ts";
import { Notes } from "./notes.ts";
import type { ServiceMap } from "./options.ts";
import { Recalled } from "./recalled.ts";
import type { Said } from "./translating.ts";

/** A step of the translation that is taken for each of many objects: again only for those of which it would make something else. */
export class Step<Subject extends object, T extends Tables, Value> {
  readonly #recalled: Recalled<Subject, T, Said<readonly Value[]>>;
  readonly #notes = new Notes<object>();
  /** Those that used some map. */
  readonly #using = new Map<object, readonly ServiceMap[]>();

  /** @param take reads the object and the tables alone */
  constructor(take: (subject: Subject, tables: T) => Said<readonly Value[]>) {
    this.#recalled = new Recalled(take);
  }

  /** Something else that the step goes by is another one. */
  forget(): void {
    this.#recalled.forget();
  }

  /** What became of all that it makes. @param subjects what became of what it makes that of */
  of(subjects: Delta<Subject>, tables: T): Delta<Value> {
    const { gone, come } = this.#recalled.of(subjects, tables);
    for (const said of gone) {
      this.#notes.delete(said);
      this.#using.delete(said);
    }
    for (const said of come) {
      this.#notes.set(said, said.diagnostics);
      if (said.usedMaps.length > 0) this.#using.set(said, said.usedMaps);
    }
    return { gone: gone.flatMap(({ value }) => value), come: come.flatMap(({ value }) => value) };
  }

  /** All it has to say. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#notes.all;
  }

  get usedMaps(): readonly ServiceMap[] {
    return [...this.#using.values()].flat();
  }
}
