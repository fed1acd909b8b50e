import { isDeepStrictEqual } from "node:util";
import { keyOf } from "../../resources/resource-key.ts";
import type { ResourceSet } from "../../resources/resources.ts";
import type { Secret } from "../../resources/secret.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import type { Timers } from "../../timers.ts";
import type { FollowedKind } from "./followed-kind.ts";
import { HeldSecrets } from "./held-secrets.ts";
import type { NamedObjects } from "./named-objects.ts";
import { Remembered } from "../../remembered.ts";

/** "namespace/name" of the Secrets that Ingresses of ours name. */
export type SecretsNamedIn = (set: Pick<ResourceSet, "ingresses" | "ingressClasses">) => ReadonlySet<string>;

export interface NamedSecretsOptions {
  readonly ingresses: FollowedKind;
  /** Of these, those of namespaces that are looked at. Keeps its identity as long as it holds the same. */
  readonly chosen: () => ResourceSet["ingresses"];
  readonly classes: FollowedKind;
  readonly certificates: FollowedKind;
  readonly others: NamedObjects;
  readonly secretsNamedIn: SecretsNamedIn;
  /** Named by flags. */
  readonly always: readonly string[];
  readonly timers: Timers;
  /** Called when a Secret that is held back ends to be. */
  readonly onChange: () => void;
}

/** The Secrets that count: all certificates, and by their names whatever else Ingresses of ours name. Nothing is computed while nothing changes. */
export class NamedSecrets {
  readonly #options: NamedSecretsOptions;
  readonly #held = new HeldSecrets();
  readonly #computed = new Remembered<ReadonlySet<string>>();
  #named: ReadonlySet<string> | null = null;
  readonly #followed = new Remembered<null>();
  readonly #loaded = new Remembered<{
    readonly secrets: readonly Secret[];
    readonly diagnostics: readonly Diagnostic[];
  }>();
  #cancel: (() => void) | null = null;

  constructor(options: NamedSecretsOptions) {
    this.#options = options;
  }

  /** Follows by name what is named now and is not among the certificates. */
  follow(): void {
    const { ingresses, certificates, others, always } = this.#options;
    if (!ingresses.status.synced || !certificates.status.synced) return;
    const named = this.#namedNow();
    this.#followed.of([named, certificates.resources], () => {
      const known = new Set(certificates.resources.map(keyOf));
      const unknown = (keys: Iterable<string>): string[] => [...keys].filter((key) => !known.has(key));
      others.follow(unknown(named), unknown(always));
      return null;
    });
  }

  load(): { readonly secrets: readonly Secret[]; readonly diagnostics: readonly Diagnostic[] } {
    const { certificates, others, timers } = this.#options;
    const named = this.#namedNow();
    return this.#loaded.of([certificates.resources, others.resources, named], () => {
      const there = [...certificates.resources, ...others.resources] as Secret[];
      const { held, diagnostics, until } = this.#held.keep(there, named, timers.now());
      this.#cancel?.();
      this.#cancel = until === null ? null : timers.after(until - timers.now(), () => this.#release());
      return { secrets: held.length === 0 ? there : [...there, ...held], diagnostics };
    });
  }

  close(): void {
    this.#cancel?.();
  }

  #release(): void {
    this.#loaded.forget();
    this.#options.onChange();
  }

  #namedNow(): ReadonlySet<string> {
    const { chosen, classes, secretsNamedIn } = this.#options;
    const ingresses = chosen();
    const known = classes.resources as ResourceSet["ingressClasses"];
    const named = this.#computed.of([ingresses, known], () => secretsNamedIn({ ingresses, ingressClasses: known }));
    if (this.#named === null || !isDeepStrictEqual(this.#named, named)) this.#named = named;
    return this.#named;
  }
}
