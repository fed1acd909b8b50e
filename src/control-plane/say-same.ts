import { isDeepStrictEqual } from "node:util";
import type { Published } from "./published.ts";
import { sameElements } from "./remembered.ts";
import type { ResourceSet } from "./resources/resources.ts";
import type { Diagnostic } from "./translate/diagnostic.ts";

/**
 * Whether there is no news in one after the other. The resources count by themselves: one that was made again is served as before and is yet
 * another one to tell things of, and what nobody refers to has a part in what is said of an Ingress that is about to come.
 */
export function saySame(a: Published, b: Published): boolean {
  return (
    a.snapshot.revision === b.snapshot.revision &&
    sameElements(a.ours, b.ours) &&
    sameDiagnostics(a.diagnostics, b.diagnostics) &&
    sameResources(a.resources, b.resources)
  );
}

function sameDiagnostics(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return sameLists(a, b, (one, other) => JSON.stringify(one) === JSON.stringify(other));
}

function sameResources(a: ResourceSet, b: ResourceSet): boolean {
  return (Object.keys(a) as (keyof ResourceSet)[]).every((kind) => sameLists(a[kind], b[kind], isDeepStrictEqual));
}

/** Most are identical, and then there is nothing to be compared. */
function sameLists<Element>(
  a: readonly Element[],
  b: readonly Element[],
  same: (one: Element, other: Element | undefined) => boolean,
): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((one, index) => one === b[index] || same(one, b[index]));
}
