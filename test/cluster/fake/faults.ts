import type { FakeKind } from "./kinds.ts";

/** `page` is a list with a continue token. */
export type Verb = "list" | "page" | "watch" | "get" | "create" | "update" | "patch" | "delete";

/** What goes wrong instead of an answer. */
export type Fault =
  | {
      readonly status: number;
      readonly reason?: string;
      readonly retryAfter?: number;
      readonly causes?: readonly string[];
    }
  /** The connection is reset before any answer. */
  | "reset"
  /** There is never any answer. */
  | "stall"
  /** The answer's head and half of its JSON, then RST. */
  | "cut"
  /** The answer's head and half of its JSON, then a clean end. */
  | "truncated"
  /** A list without items, of the current version. */
  | "empty"
  /** Octets in the place of the answer, with status 200. */
  | { readonly body: string | Buffer }
  /** The answer, but only when this resolves. */
  | { readonly after: Promise<unknown> };

export interface FaultRule {
  readonly fault: Fault;
  /** Plural of the kind; absent: all. */
  readonly resource?: string;
  readonly verb?: Verb;
  /** Only where a parameter of the request holds this: "metadata.name=users". */
  readonly within?: string;
  /** How often; absent: once. */
  readonly times?: number;
}

/** Faults that are still to happen, in the order they were asked for. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? 1 };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  clear(): void {
    this.#rules.length = 0;
  }

  take(kind: FakeKind, verb: Verb, query: URLSearchParams): Fault | null {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (entry.left === 0 || (rule.resource ?? kind.plural) !== kind.plural || (rule.verb ?? verb) !== verb) continue;
      const { within } = rule;
      if (within !== undefined && ![...query.values()].some((value) => value.includes(within))) continue;
      entry.left -= 1;
      return rule.fault;
    }
    return null;
  }
}
