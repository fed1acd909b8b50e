import type { Ingress } from "../resources/ingress.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { OurIngresses } from "./ingress-class.ts";
import type { TranslateOptions } from "./options.ts";
import { Problems } from "./problems.ts";

/** Annotations that name a Secret. One of another namespace is refused by each of them, and so is not read here either. */
const NAMING = ["auth-secret", "auth-tls-secret", "proxy-ssl-secret"].map((name) => `${PREFIX}${name}`);

type Naming = Pick<ResourceSet, "ingresses" | "ingressClasses">;

/** "namespace/name" of every Secret that Ingresses of ours name: all that a source has to know of Secrets. */
export function referencedSecrets(set: Naming, options: TranslateOptions): ReadonlySet<string> {
  return new ReferencedSecrets(options).of(set);
}

/** The same again and again: each Ingress is read once. */
export class ReferencedSecrets {
  readonly #ours: OurIngresses;
  readonly #names = new WeakMap<Ingress, readonly string[]>();

  constructor(options: TranslateOptions) {
    this.#ours = new OurIngresses(options);
  }

  of({ ingresses, ingressClasses }: Naming): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { ingress } of this.#ours.of(ingresses, ingressClasses, new Problems())) {
      const known = this.#names.get(ingress) ?? namesIn(ingress);
      this.#names.set(ingress, known);
      for (const name of known) names.add(name);
    }
    return names;
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
