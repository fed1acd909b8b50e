import type { Ingress } from "../resources/ingress.ts";
import { wildcardOf } from "./hosts.ts";
import { ruleHosts } from "./rule-hosts.ts";

/** Hosts that a message names one by one. */
const NAMED = 10;

/** The hosts that the rules of an Ingress are for, found once: there may be tens of thousands, and as many names in its `tls` section. */
export class RuledHosts {
  readonly all: readonly string[];
  /** With the wildcards above them; null: every name is ruled. */
  readonly #covered: ReadonlySet<string> | null;

  constructor(ingress: Ingress) {
    this.all = ruleHosts(ingress);
    const every = this.all.length === 0 || this.all.includes("*");
    this.#covered = every ? null : new Set(this.all.flatMap((host) => [host, wildcardOf(host) ?? host]));
  }

  /** Whether a name of the `tls` section is that of a rule, or covers one. */
  covers(host: string): boolean {
    return this.#covered === null || this.#covered.has(host);
  }

  /** "a.example.com, b.example.com and 12 more" */
  get text(): string {
    const rest = this.all.length - NAMED;
    const first = this.all.slice(0, NAMED).join(", ");
    return rest > 0 ? `${first} and ${rest} more` : first;
  }
}
