import { normalPath } from "../../snapshot/normal-path.ts";
import { Failed } from "../exchange/failure.ts";

/** A request target in the two forms we need. */
export interface Target {
  /** Path and query for the upstream: as it came, but for the characters that must be encoded. */
  readonly target: string;
  /** Normal form of the path, for matching. */
  readonly path: string;
  /** Authority of an absolute-form target (RFC 9112 §3.2.2); null for origin form. */
  readonly authority: string | null;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
// Octets that RFC 3986 has no place for. Browsers send the first seven raw; they are encoded once. The others are refused.
const ENCODABLE = /[|{}^[\]`]/g;
const REFUSED_IN_PATH = /["<>\\]/;
const REFUSED = /[\x00-\x20\x7f-\xff#]/;
// Nothing to encode, decode or resolve anywhere, as in nearly every request: the path is in normal form already.
const PLAIN = /^((?:\/[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]*)*\/?)(?:\?[!"$-~]*)?$/;
const SUSPICIOUS = /%2f|%5c|\.\.;/i;

/**
 * Reads a request target (RFC 9112 §3.2) of any method but CONNECT and OPTIONS `*`.
 * @param strictPaths refuse encoded slashes, encoded backslashes and `..;`, and send the normal form of the path upstream.
 * @throws {Failed} bad_request for a fragment, a control, a space, an octet above 0x7E, a bad triplet, or a path above the root.
 */
export function parseTarget(raw: string, strictPaths: boolean): Target {
  const plain = PLAIN.exec(raw);
  if (plain !== null && raw.startsWith("/") && !(strictPaths && SUSPICIOUS.test(raw))) {
    return { target: raw, path: plain[1] as string, authority: null };
  }
  let origin = raw;
  let authority: string | null = null;
  if (!raw.startsWith("/")) {
    const match = ABSOLUTE.exec(raw);
    if (match === null) throw new Failed("bad_request", "the request target is neither a path nor an http URL");
    authority = match[1] as string;
    const rest = match[2] as string;
    origin = rest.startsWith("/") ? rest : `/${rest}`;
  }
  if (REFUSED.test(origin))
    throw new Failed("bad_request", "the request target holds a character that must be encoded");
  const mark = origin.indexOf("?");
  const rawPath = mark < 0 ? origin : origin.slice(0, mark);
  if (REFUSED_IN_PATH.test(rawPath)) throw new Failed("bad_request", "the path holds a character that must be encoded");
  if (strictPaths && SUSPICIOUS.test(rawPath))
    throw new Failed("bad_request", "the path holds an encoded slash, an encoded backslash or `..;`");
  const path = normalPath(rawPath);
  if (path === null) throw new Failed("bad_request", "the path holds a bad escape, NUL, or climbs above the root");
  const sentPath = strictPaths ? encodePath(path) : rawPath.replace(ENCODABLE, percent);
  return { target: mark < 0 ? sentPath : sentPath + origin.slice(mark), path, authority };
}

/** A path in normal form, as it is written on a request line. */
export function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
