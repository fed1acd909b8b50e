import type { GatewayHeaders } from "../exchange/headers.ts";
import { listMembers } from "./grammar.ts";
import { NameSet } from "./name-set.ts";

const DASH = 45;

/** Fields that end at us whatever Connection says (RFC 9110 §7.6.1), and those whose value we always write ourselves. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "content-length",
  "upgrade",
  "http2-settings",
];

/** Of a request also: what the gateway states about the client, and credentials meant for a proxy. */
const NOT_FORWARDED = new NameSet([
  ...HOP_BY_HOP,
  "host",
  "expect",
  "proxy-authorization",
  "proxy",
  "forwarded",
  "x-real-ip",
  "x-request-id",
  "x-scheme",
  "x-original-forwarded-for",
  "x-original-forwarded-host",
  "x-ts-ingress-hops",
]);
const NOT_RETURNED = new NameSet(HOP_BY_HOP);

/**
 * Names a Connection field must not take away: the upstream would take ours for the client's, or lose what it decides by
 * (Apache CVE-2022-31813).
 */
const KEPT = new Set([
  "host",
  "authorization",
  "cookie",
  "content-type",
  "content-encoding",
  "content-range",
  "date",
  "set-cookie",
  "ssl-client-verify",
  "ssl-client-subject-dn",
  "ssl-client-issuer-dn",
  "ssl-client-cert",
  "x-code",
  "x-format",
  "x-namespace",
  "x-ingress-name",
  "x-service-name",
  "x-service-port",
]);

/** Decides by lower-case name whether a field is left out. */
export type Dropped = (lowerName: string) => boolean;

/** Which fields of this request do not reach the upstream. Every X-Forwarded-* is dropped: what a client says of itself is no fact. */
export function notForwarded(headers: GatewayHeaders): Dropped {
  const named = namedOptions(headers, NOT_FORWARDED);
  return named.length === 0 ? dropFromRequest : (name) => dropFromRequest(name) || named.includes(name);
}

/** Which fields of this response do not reach the client. */
export function notReturned(headers: GatewayHeaders): Dropped {
  const named = namedOptions(headers, NOT_RETURNED);
  return named.length === 0 ? dropFromResponse : (name) => dropFromResponse(name) || named.includes(name);
}

function dropFromRequest(name: string): boolean {
  return NOT_FORWARDED.has(name) || (name.charCodeAt(1) === DASH && name.startsWith("x-forwarded-"));
}

function dropFromResponse(name: string): boolean {
  return NOT_RETURNED.has(name);
}

/** The lower-case options of all Connection fields. */
export function connectionOptions(headers: GatewayHeaders): readonly string[] {
  const value = headers.get("connection");
  if (value === undefined) return NO_OPTIONS;
  if (value === "keep-alive" && !headers.repeats("connection")) return KEEP_ALIVE;
  return headers.all("connection").flatMap(listMembers);
}

const NO_OPTIONS: readonly string[] = [];
const KEEP_ALIVE: readonly string[] = ["keep-alive"];

/** What Connection names besides the fields of `base`, and without those it must not take away. */
function namedOptions(headers: GatewayHeaders, base: NameSet): readonly string[] {
  const options = connectionOptions(headers);
  if (options === NO_OPTIONS || options === KEEP_ALIVE) return NO_OPTIONS;
  return options.filter((option) => !base.has(option) && option !== "close" && !KEPT.has(option));
}
