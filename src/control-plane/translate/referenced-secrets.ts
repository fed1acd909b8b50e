import { keyIn } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { ingressesOfOurs } from "./ingress-class.ts";
import type { TranslateOptions } from "./options.ts";
import { Problems } from "./problems.ts";

/** Annotations that name a Secret. One of another namespace is refused by each of them, and so is not read here either. */
const NAMING = ["auth-secret", "auth-tls-secret", "proxy-ssl-secret"].map((name) => `${PREFIX}${name}`);

/** "namespace/name" of every Secret that Ingresses of ours name: all that a source has to know of Secrets. */
export function referencedSecrets(
  { ingresses, ingressClasses }: Pick<ResourceSet, "ingresses" | "ingressClasses">,
  options: TranslateOptions,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { ingress } of ingressesOfOurs(ingresses, ingressClasses, options, new Problems())) {
    const { namespace, annotations } = ingress.metadata;
    for (const tls of ingress.spec.tls) if (tls?.secretName) names.add(keyIn(namespace, tls.secretName));
    for (const annotation of NAMING) {
      const [name = "", of] = (annotations[annotation] ?? "").trim().split("/").toReversed();
      if (name !== "" && (of ?? namespace) === namespace) names.add(keyIn(namespace, name));
    }
  }
  return names;
}
