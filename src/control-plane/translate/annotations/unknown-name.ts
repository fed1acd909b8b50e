import { OWN_PREFIX, PREFIX } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";
import { KNOWN_NAMES, REMOVED_NAMES } from "./known-names.ts";
import { nearestName } from "../../nearest-name.ts";
import { isGuarded } from "./not-built.ts";
import { OWN_NAMES } from "./own-annotations.ts";

/**
 * Reports an annotation whose name does not exist under its prefix.
 * @returns why the routes answer 503: it is named like one that protects them; null where they are served
 */
export function reportUnknown(reader: AnnotationReader, name: string, remedy: string): string | null {
  if (isGuarded(name)) {
    const what = "does not exist, but is named like one that protects its routes, so they answer 503";
    return reader.say(name, "error", "ProtectionUnknown", what, remedy);
  }
  reader.say(name, "warning", "AnnotationUnknown", "does not exist and has no effect", remedy);
  return null;
}

/** Names of one Ingress that are compared with all there are: each costs a tenth of a millisecond, and an object has room for thousands. */
const COMPARED = 50;

/**
 * What to do about a name that does not exist under the prefix of ingress-nginx.
 * @param before how many of the Ingress's names there were before it
 */
export function remedyForUnknown(name: string, before: number): string {
  const replacement = Object.hasOwn(REMOVED_NAMES, name) ? REMOVED_NAMES[name] : undefined;
  return replacement ?? suggest(name, before, [PREFIX, KNOWN_NAMES], [OWN_PREFIX, OWN_NAMES]);
}

/** The same under our own prefix. */
export function remedyForUnknownOwn(name: string, before: number): string {
  return suggest(name, before, [OWN_PREFIX, OWN_NAMES], [PREFIX, KNOWN_NAMES]);
}

type Names = readonly [prefix: string, names: readonly string[]];

function suggest(name: string, before: number, here: Names, there: Names): string {
  if (before >= COMPARED) return "Remove the annotation";
  const [prefix, nearest] = there[1].includes(name)
    ? [there[0], name]
    : [here[0], nearestName(name.toLowerCase(), here[1])];
  return nearest === null ? "Remove the annotation" : `Did you mean ${prefix}${nearest}? Correct the name`;
}
