import type { Ingress } from "../resources/ingress.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { OurIngresses } from "./ingress-class.ts";
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
  /** How many Ingresses name each. */
  readonly #counts = new Map<string, number>();
  #set: ReadonlySet<string> | null = null;

  constructor(options: TranslateOptions) {
    this.#ours = new OurIngresses(options);
    if (options.defaultCertificate !== undefined) this.#count(options.defaultCertificate, 1);
  }

  of({ ingresses, ingressClasses }: Naming): ReadonlySet<string> {
    const { gone, come } = this.#ours.of(ingresses, ingressClasses);
    // In this order, since what is named before and now was never gone.
    for (const { ingress } of come) for (const name of namesIn(ingress)) this.#count(name, 1);
    for (const { ingress } of gone) for (const name of namesIn(ingress)) this.#count(name, -1);
    this.#set ??= new Set(this.#counts.keys());
    return this.#set;
  }

  #count(name: string, more: 1 | -1): void {
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count === 0 || (count === 1 && more === 1)) this.#set = null;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
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
