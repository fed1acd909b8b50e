import { createRequire } from "node:module";
import type * as Re2Js from "re2js";

/** A regular expression that a user wrote. */
export interface LinearPattern {
  /** Whether it matches anywhere in the text, in time linear in the text's length. */
  matches(text: string): boolean;
}

// Two megabytes that few need: loaded with the first pattern, in the middle of what does not wait.
const load = createRequire(import.meta.url);

/** Characters of a pattern. */
const LONGEST = 1024;
/** What counted repetitions may add up to: each is compiled as often as it counts. */
const MOST_REPETITIONS = 256;

/**
 * Compiles a pattern in the syntax of RE2: no look-around, no back-references; of bounded size, since whoever waits for it is everybody.
 * @returns null where it is none
 */
export function compilePattern(pattern: string): LinearPattern | null {
  if (pattern.length > LONGEST || repetitions(pattern) > MOST_REPETITIONS) return null;
  const { RE2JS } = load("re2js") as typeof Re2Js;
  try {
    const compiled = RE2JS.compile(pattern);
    return { matches: (text) => compiled.matcher(text).find() };
  } catch {
    return null;
  }
}

function repetitions(pattern: string): number {
  let sum = 0;
  for (const [, least = "", most = ""] of pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g))
    sum += Math.max(Number(least), Number(most));
  return sum;
}
