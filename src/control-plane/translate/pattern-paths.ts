import { hasAlternatives } from "../../linear-pattern.ts";

/** Of a regular expression: what is not a literal character. A full stop nearly always is meant literally. */
const NOT_LITERAL = /[*+?()[\]{}|\\^$]|\.(?=[*+?{])/;
/** The character before these need not be there. */
const OPTIONAL = /^(?:[*?]|\{0?,)/;
/** After these, or before them, a path element ends. */
const BOUNDARY = /^(?:$|\/|\$|\((?:\?:)?\/)/;

/**
 * The path below which everything lies that a path of ingress-nginx matches which is a regular expression there: what it begins with literally,
 * cut to whole elements. "/api(/|$)(.*)" is "/api", "/some.*" is "/".
 */
export function coveringPrefix(pattern: string): string {
  if (hasAlternatives(pattern)) return "/";
  const end = pattern.search(NOT_LITERAL);
  if (end === -1) return pattern || "/";
  const rest = pattern.slice(end);
  const literal = OPTIONAL.test(rest) ? pattern.slice(0, end - 1) : pattern.slice(0, end);
  // "/foo/?(.*)" is meant for what is below /foo, though it matches /foobar.
  const ends = literal.endsWith("/") || BOUNDARY.test(rest) || pattern[literal.length] === "/";
  const whole = ends ? literal : literal.slice(0, literal.lastIndexOf("/") + 1);
  return whole || "/";
}

/** The expression that matches what begins with this text. */
export function literally(text: string): string {
  return text.replace(/[*+?()[\]{}|\\^$.]/g, "\\$&");
}
