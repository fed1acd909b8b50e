import { createRequire } from "node:module";
import type * as Re2Js from "re2js";

/** A regular expression that a user wrote. */
export interface LinearPattern {
  /** Whether it matches anywhere in the text, in time linear in the text's length. */
  matches(text: string): boolean;
}

// Two megabytes that few need: loaded with the first pattern, in the middle of what does not wait.
const load = createRequire(import.meta.url);

/** Compiles a pattern in the syntax of RE2: no look-around, no back-references. @returns null where it is none */
export function compilePattern(pattern: string): LinearPattern | null {
  const { RE2JS } = load("re2js") as typeof Re2Js;
  try {
    const compiled = RE2JS.compile(pattern);
    return { matches: (text) => compiled.matcher(text).find() };
  } catch {
    return null;
  }
}
