import { changesBetween } from "../snapshot/changes.ts";
import { PARTS } from "../snapshot/parts.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";

/** Longer lists end in a count: the line stays one line. */
const SHOWN = 4;

/** One line on what is different: "hosts: +api.example.com ~shop.example.com; upstreams: -shop/old:80". "" when nothing is. */
export function describeChange(before: RoutingSnapshot, after: RoutingSnapshot): string {
  const { parts } = changesBetween(before, after);
  return PARTS.flatMap(([part, { title, key }]) => {
    const { put, removed } = parts[part] ?? { put: [], removed: (before[part] ?? []).map(key) };
    const names = put.map((one) => key(one.part));
    const isNew = (name: string): boolean => before.revisions[part]?.get(name) === undefined;
    const changes = [
      ...names.filter(isNew).map((name) => `+${name}`),
      ...names.filter((name) => !isNew(name)).map((name) => `~${name}`),
      ...removed.map((name) => `-${name}`),
    ];
    if (changes.length === 0) return [];
    const more = changes.length > SHOWN ? ` and ${changes.length - SHOWN} more` : "";
    return [`${title}: ${changes.slice(0, SHOWN).join(" ")}${more}`];
  }).join("; ");
}
