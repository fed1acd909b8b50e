import type { Upstream } from "../../snapshot/upstream.ts";
import type { KeptParts } from "./kept-parts.ts";

/** The upstreams that hosts lead to, each for as long as one does. Those of one name are alike, whichever host they were made for. */
export class UsedUpstreams implements KeptParts<Upstream> {
  readonly #used = new Map<string, { readonly upstream: Upstream; readonly hosts: number }>();
  #changed = new Set<string>();

  get(name: string): Upstream | undefined {
    return this.#used.get(name)?.upstream;
  }

  /** Since `begin`. */
  get changed(): ReadonlySet<string> {
    return this.#changed;
  }

  begin(): void {
    this.#changed = new Set();
  }

  /** A host leads to these now. @param before where it led before; each once, in both */
  use(now: readonly Upstream[], before: readonly Upstream[]): void {
    for (const upstream of now) this.#set(upstream.name, upstream, (this.#used.get(upstream.name)?.hosts ?? 0) + 1);
    for (const { name } of before) {
      const { upstream, hosts } = this.#used.get(name) as { upstream: Upstream; hosts: number };
      this.#set(name, upstream, hosts - 1);
    }
  }

  #set(name: string, upstream: Upstream, hosts: number): void {
    if (hosts === 0) this.#used.delete(name);
    else this.#used.set(name, { upstream, hosts });
    this.#changed.add(name);
  }
}
