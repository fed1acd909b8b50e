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
    // Without groups, so that its automaton is all that is asked: a path of 8 KiB would else take milliseconds.
    return { matches: (text) => compiled.test(text) };
  } catch {
    return null;
  }
}

/** An expression for the beginnings of texts. */
export interface PathPattern {
  /** What each text that matches begins with, as it is written: the case of its letters does not count. */
  readonly begins: string;
  /** null where that is all it says. */
  readonly pattern: LinearPattern | null;
}

/**
 * Compiles a path of a host with regular expressions as nginx reads it in a location (`~* "^<path>"`): in any case, from the beginning of the path.
 * @returns null where it is none in the syntax of RE2, or too large
 */
export function compilePath(path: string): PathPattern | null {
  const { text: begins, whole } = literalBeginning(path);
  if (whole) return { begins, pattern: null };
  const pattern = compilePattern(`(?i)^${path}`);
  if (pattern === null) return null;
  if (!path.includes("$")) return { begins, pattern };
  // In PCRE "$" also matches before a line feed at the end.
  const matches = (text: string): boolean =>
    pattern.matches(text) || (text.endsWith("\n") && pattern.matches(text.slice(0, -1)));
  return { begins, pattern: { matches } };
}

/** What each text begins with that an expression matches from its beginning, and whether that is all it says. */
export function literalBeginning(expression: string): { readonly text: string; readonly whole: boolean } {
  if (hasAlternatives(expression)) return { text: "", whole: false };
  const [literals = ""] = LITERALS.exec(expression) ?? [];
  const rest = expression.slice(literals.length);
  const certain = OPTIONAL.test(rest) ? literals.replace(/(?:\\.|[^\\])$/, "") : literals;
  return { text: certain.replace(/\\(.)/g, "$1"), whole: rest === "" };
}

/** Characters that stand for themselves, punctuation behind a backslash too. */
const LITERALS = /^(?:[^*+?()[\]{}|\\^$.]|\\[!-/:-@[-`{-~])*/;
/** The character before these need not be there. */
const OPTIONAL = /^(?:[*?]|\{0?,)/;

/** Whether it is several expressions with "|" between, outside parentheses. */
export function hasAlternatives(expression: string): boolean {
  let depth = 0;
  for (const [character] of expression.matchAll(/\\.|[()|]/g)) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (character === "|" && depth <= 0) return true;
  }
  return false;
}

function repetitions(pattern: string): number {
  let sum = 0;
  for (const [, least = "", most = ""] of pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g))
    sum += Math.max(Number(least), Number(most));
  return sum;
}
