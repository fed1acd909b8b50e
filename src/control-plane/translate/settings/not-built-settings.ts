import { parseBoolean } from "../annotations/annotation.ts";
import { LEFT_ALONE } from "./left-alone.ts";
import type { NotBuiltRow } from "./not-built-row.ts";
import { PROTECTING } from "./protecting.ts";
import { TAKEN_AT_START } from "./taken-at-start.ts";
import { WITHOUT_COUNTERPART } from "./without-counterpart.ts";

/** Every key of ingress-nginx 1.15.1 that is not built is in one row. */
export const NOT_BUILT: readonly NotBuiltRow[] = [
  ...PROTECTING,
  ...TAKEN_AT_START,
  ...LEFT_ALONE,
  ...WITHOUT_COUNTERPART,
];

/** What a known key costs; null when its value asks for nothing. @param textOf the value of a key, "" where it is absent */
export function judgeSetting(key: string, textOf: (key: string) => string): NotBuiltRow | null {
  const row = NOT_BUILT.find(({ keys }) => Object.hasOwn(keys, key));
  const value = textOf(key);
  if (row === undefined || value === "" || row.harmless?.(value, textOf) === true) return null;
  return (row.keys[key] ?? []).some((nothing) => saysTheSame(value, nothing)) ? null : row;
}

function saysTheSame(a: string, b: string): boolean {
  const truth = parseBoolean(a);
  return a.toLowerCase() === b.toLowerCase() || (truth !== null && truth === parseBoolean(b));
}
