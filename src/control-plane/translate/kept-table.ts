import { Remembered } from "../remembered.ts";
import type { Lookup } from "./lookup.ts";

/** The last map, as long as the next ones say the same. */
export class KeptMap<Content> {
  #kept: ReadonlyMap<string, Content> = new Map();

  of(map: ReadonlyMap<string, Content>): ReadonlyMap<string, Content> {
    if (!saysTheSame(this.#kept, map)) this.#kept = map;
    return this.#kept;
  }
}

/** A table of what a map says. As long as that is the same, so is the table. */
export class KeptTable<Content, Value> {
  readonly #answer: (content: ReadonlyMap<string, Content>, key: string) => Value;
  readonly #content = new KeptMap<Content>();
  readonly #table = new Remembered<Lookup<Value>>();

  constructor(answer: (content: ReadonlyMap<string, Content>, key: string) => Value) {
    this.#answer = answer;
  }

  of(map: ReadonlyMap<string, Content>): Lookup<Value> {
    const content = this.#content.of(map);
    return this.#table.of([content], () => ({ get: (key) => this.#answer(content, key) }));
  }
}

function saysTheSame(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of b) if (a.get(key) !== value || !a.has(key)) return false;
  return true;
}
