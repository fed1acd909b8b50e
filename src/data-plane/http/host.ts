import { Failed } from "../exchange/failure.ts";

/** A Host field in the form routes are matched on, and as it goes on to the upstream. */
export interface Authority {
  /** Lower case, without port and trailing dot. */
  readonly host: string;
  /** As the client wrote it, but for the colon of an empty port. */
  readonly authority: string;
}

// uri-host of RFC 3986 §3.2.2 as it is met in Kubernetes: DNS names (with underscore, which some clients send), IPv4, bracketed IPv6.
const AUTHORITY = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{0,5}))?$/;
const LOWER = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * Reads the value of a Host field (RFC 9110 §7.2).
 * @throws {Failed} bad_request for user information, lists, spaces, bad ports, an empty value, and anything else that is no uri-host.
 */
export function parseAuthority(value: string): Authority {
  // The commonest form by far: a plain lower-case name.
  if (LOWER.test(value)) return { host: value, authority: value };
  const match = AUTHORITY.exec(value);
  if (match === null || Number(match[2] ?? 0) > 65_535)
    throw new Failed("bad_request", `invalid Host ${JSON.stringify(value)}`);
  const name = (match[1] as string).toLowerCase();
  return {
    host: name.endsWith(".") ? name.slice(0, -1) : name,
    // RFC 3986 §6.2.3: an empty port is none.
    authority: match[2] === "" ? value.slice(0, -1) : value,
  };
}
