import { changedPlaces } from "../../snapshot/changed-places.ts";
import type { Ingress } from "../resources/ingress.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { type ClassedIngress, OurIngresses } from "./ingress-class.ts";
import type { TranslateOptions } from "./options.ts";

/** Annotations that name a Secret. One of another namespace is refused by each of them, and so is not read here either. */
const NAMING = ["auth-secret", "auth-tls-secret", "proxy-ssl-secret"].map((name) => `${PREFIX}${name}`);

type Naming = Pick<ResourceSet, "ingresses" | "ingressClasses">;

/** "namespace/name" of every Secret that Ingresses of ours name, or that is the default certificate: all that a source has to know of Secrets. */
export function referencedSecrets(set: Naming, options: TranslateOptions): ReadonlySet<string> {
  return new ReferencedSecrets(options).of(set);
}

/** The same again and again: each Ingress is read once, and the set is the same as long as it holds the same. */
export class ReferencedSecrets {
  readonly #ours: OurIngresses;
  #read: readonly ClassedIngress[] = [];
  /** How many Ingresses name each. */
  readonly #counts = new Map<string, number>();
  readonly #names = new WeakMap<Ingress, readonly string[]>();
  #set: ReadonlySet<string> = new Set();

  constructor(options: TranslateOptions) {
    this.#ours = new OurIngresses(options);
    if (options.defaultCertificate !== undefined) this.#count(options.defaultCertificate, 1);
  }

  of({ ingresses, ingressClasses }: Naming): ReadonlySet<string> {
    const { ours } = this.#ours.of(ingresses, ingressClasses);
    const changed = changedPlaces(this.#read, ours, () => true);
    const [gone, come] =
      changed === null
        ? [this.#read, ours]
        : [changed.map((place) => this.#read[place]), changed.map((place) => ours[place])];
    for (const one of come) for (const name of this.#namesOf(one)) this.#count(name, 1);
    for (const one of gone) for (const name of this.#namesOf(one)) this.#count(name, -1);
    this.#read = ours;
    const same = this.#counts.size === this.#set.size && [...this.#counts.keys()].every((name) => this.#set.has(name));
    if (!same) this.#set = new Set(this.#counts.keys());
    return this.#set;
  }

  #count(name: string, more: number): void {
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }

  #namesOf(one: ClassedIngress | undefined): readonly string[] {
    if (one === undefined) return [];
    const known = this.#names.get(one.ingress) ?? namesIn(one.ingress);
    this.#names.set(one.ingress, known);
    return known;
  }
}

function namesIn({ metadata: { namespace, annotations }, spec }: Ingress): string[] {
  const names = spec.tls.flatMap((tls) => (tls?.secretName ? [keyIn(namespace, tls.secretName)] : []));
  for (const annotation of NAMING) {
    const [name = "", of] = (annotations[annotation] ?? "").trim().split("/").toReversed();
    if (name !== "" && (of ?? namespace) === namespace) names.push(keyIn(namespace, name));
  }
  return names;
}
