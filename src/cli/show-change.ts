import { PARTS } from "../snapshot/parts.ts";
import type { Revisions } from "../snapshot/snapshot.ts";

/** Longer lists end in a count: the line stays one line. */
const SHOWN = 4;

/** One line on what is different: "hosts: +api.example.com ~shop.example.com; upstreams: -shop/old:80". "" when nothing is. */
export function describeChange(before: Revisions, after: Revisions): string {
  return PARTS.flatMap(([part, { title }]) => {
    const changes = differences(before[part] ?? {}, after[part] ?? {});
    if (changes.length === 0) return [];
    const more = changes.length > SHOWN ? ` and ${changes.length - SHOWN} more` : "";
    return [`${title}: ${changes.slice(0, SHOWN).join(" ")}${more}`];
  }).join("; ");
}

/** "+" added, "~" changed, "-" removed. */
function differences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const added = Object.keys(after).filter((name) => before[name] === undefined);
  const changed = Object.keys(after).filter((name) => before[name] !== undefined && before[name] !== after[name]);
  const removed = Object.keys(before).filter((name) => after[name] === undefined);
  return [
    ...added.map((name) => `+${name}`),
    ...changed.map((name) => `~${name}`),
    ...removed.map((name) => `-${name}`),
  ];
}
