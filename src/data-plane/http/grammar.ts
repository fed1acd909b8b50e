// The small pieces of grammar that several fields share (RFC 9110 §5.6).
// In: text. Out: yes or no.
// Never: a repair; what does not fit is refused by whoever asked.

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110 §5.6.2: `token`. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits a comma-separated list field (RFC 9110 §5.6.1) into trimmed, lower-case members; empty members are kept as "". */
export function listMembers(value: string): string[] {
  return value.split(",").map((member) => member.replace(OUTER_SPACE, "").toLowerCase());
}

// OWS of RFC 9110 §5.6.3 alone: what else `trim` takes away, as U+00A0, is part of the value.
const OUTER_SPACE = /^[\t ]+|[\t ]+$/g;
