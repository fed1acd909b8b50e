import { nearestName } from "../../nearest-name.ts";
import type { Ingress } from "../../resources/ingress.ts";
import type { Problems } from "../problems.ts";
import { OWN_PREFIX, PREFIX } from "./annotation.ts";
import { AnnotationReader } from "./annotation-reader.ts";
import { KNOWN_NAMES } from "./known-names.ts";
import { isGuarded } from "./not-built.ts";
import { OWN_NAMES } from "./own-annotations.ts";

/** What ingress-nginx listened to until 2018; others still do. */
const OLD_PREFIX = "ingress.kubernetes.io/";

interface Misspelt {
  /** As it is written, up to the name. */
  readonly prefix: string;
  readonly name: string;
  readonly meant: string;
}

/**
 * Reports annotations whose names we know, under a prefix that is nearly ours. ingress-nginx says nothing of them.
 * @returns those that protect the routes, where nobody else can be meant, as they are written, and why the routes answer 503
 */
export function reportMisspeltPrefixes(
  ingress: Ingress,
  problems: Problems,
): readonly { readonly annotation: string; readonly why: string }[] {
  const refusals: { annotation: string; why: string }[] = [];
  for (const key of Object.keys(ingress.metadata.annotations).toSorted()) {
    const misspelt = readMisspelt(key);
    if (misspelt === null) continue;
    const { prefix, name, meant } = misspelt;
    const reader = new AnnotationReader(prefix, ingress, problems);
    const remedy = `Write ${meant}${name}`;
    if (prefix !== OLD_PREFIX && isGuarded(name)) {
      const what = `is under a prefix that is nearly ${meant}, and is named like one that protects its routes, so they answer 503`;
      refusals.push({ annotation: key, why: reader.say(name, "error", "ProtectionUnknown", what, remedy) });
    } else {
      reader.say(name, "warning", "AnnotationUnknown", `has no effect: the prefix is ${meant}`, remedy);
    }
  }
  return refusals;
}

function readMisspelt(key: string): Misspelt | null {
  const [, prefix, name] = /^([^/]*\/)([^/]+)$/.exec(key) ?? withoutSlash(key);
  if (prefix === undefined || name === undefined || prefix === PREFIX || prefix === OWN_PREFIX) return null;
  const meant = prefix === OLD_PREFIX || prefix.startsWith(DOMAIN) ? PREFIX : nearestName(prefix, [PREFIX, OWN_PREFIX]);
  const names = meant === OWN_PREFIX ? OWN_NAMES : KNOWN_NAMES;
  return meant === null || !names.includes(name) ? null : { prefix, name, meant };
}

const DOMAIN = PREFIX.slice(0, -1);

/** "nginx.ingress.kubernetes.io.ssl-redirect" */
function withoutSlash(key: string): readonly string[] {
  if (!key.startsWith(DOMAIN)) return [];
  return [key, key.slice(0, PREFIX.length), key.slice(PREFIX.length)];
}
