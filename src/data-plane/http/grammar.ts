// The characters of RFC 9110 §5.6.2 and RFC 9112 §2.2, in one place.
// In: text. Out: yes or no.
// Never: a repair; what does not fit is refused by whoever asked.

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110 §5.6.2: `token`. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * True where a whole message head (latin1) holds an octet that no head may hold: NUL and other controls but HTAB,
 * CR without LF, LF without CR (RFC 9110 §5.5, RFC 9112 §2.2).
 */
export function hasForbiddenOctet(head: string): boolean {
  return FORBIDDEN.test(head);
}

const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/** Splits a comma-separated list field (RFC 9110 §5.6.1) into trimmed, lower-case members; empty members are kept as "". */
export function listMembers(value: string): string[] {
  return value.split(",").map((member) => member.trim().toLowerCase());
}
