import type { Body } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { SecureClient } from "../exchange/secure-client.ts";
import { believed, type ForwardedPolicy } from "../http/forwarded-policy.ts";
import { type Framing, requestFraming } from "../http/framing.ts";
import { type Authority, parseAuthority } from "../http/host.ts";
import { connectionOptions } from "../http/hop-by-hop.ts";
import { isKnownMethod } from "../http/method.ts";
import { parseTarget } from "../http/target.ts";
import { askedUpgrade } from "../http/upgrade.ts";
import type { Limits } from "../limits.ts";
import type { RequestHead } from "./request-head.ts";

/** What a connection knows besides the head. */
export interface AdmitContext {
  readonly scheme: "http" | "https";
  readonly clientAddress: string;
  readonly limits: Limits;
  readonly strictPaths: boolean;
  /** How the peer is believed about its clients; null or absent: not at all. */
  readonly forwarded?: ForwardedPolicy | null;
  /** What the handshake has told; null or absent without TLS. */
  readonly secure?: SecureClient | null;
}

/** A head that was judged: what the proxy serves, and what the connection needs for the octets that follow. */
export interface Admitted {
  readonly request: GatewayRequest;
  readonly framing: Framing;
  /** The client wants the connection kept (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
}

/**
 * Judges a request head by the rules of HTTP, each in its own file of http/.
 * @throws {Failed} of the downstream side
 */
export function admit(head: RequestHead, context: AdmitContext, makeBody: (framing: Framing) => Body): Admitted {
  const { method, headers, httpVersion } = head;
  if (!isKnownMethod(method)) throw new Failed("method_not_implemented", `method ${method}`);
  if (method === "CONNECT" || method === "TRACE") throw new Failed("method_not_allowed", `method ${method}`);
  if (head.target.length > context.limits.targetBytes)
    throw new Failed("target_too_long", `${head.target.length} bytes`);
  const field = readHost(headers, httpVersion);
  const options = connectionOptions(headers);
  const framing = requestFraming(headers, httpVersion);
  const expectsContinue = readExpect(headers, httpVersion, framing);
  const upgrade = askedUpgrade(method, httpVersion, headers, options, framing.kind !== "none");
  const target =
    head.target === "*" && method === "OPTIONS"
      ? { target: "*", path: "*", authority: null }
      : parseTarget(head.target, context.strictPaths);
  if (target.authority !== null && !sameAuthority(target.authority, field)) {
    throw new Failed("bad_request", "the request target names another host than the Host field");
  }
  const request: GatewayRequest = {
    method,
    target: target.target,
    path: target.path,
    host: field.host,
    authority: field.authority,
    scheme: context.scheme,
    httpVersion,
    headers,
    body: makeBody(framing),
    upgrade,
    expectsContinue,
    clientAddress: context.clientAddress,
  };
  const keepAlive = !options.includes("close") && (httpVersion === "1.1" || options.includes("keep-alive"));
  const { forwarded = null } = context;
  return { request: forwarded === null ? request : believed(request, forwarded), framing, keepAlive };
}

/** What is left of a head that was refused. */
export interface Refused {
  readonly failure: Failed;
  /** "-" where it was not read: an answer to HEAD has no content, whatever else was wrong (RFC 9110 §9.3.2). */
  readonly method: string;
  /** All octets up to here, where they are those that HTTP/2 begins with (RFC 9113 §3.4). */
  readonly preface?: Buffer;
}

/** A request that was refused before it could be read, for the log. */
export function refusedRequest(context: AdmitContext, method: string, body: Body): GatewayRequest {
  return {
    method,
    target: "-",
    path: "-",
    host: "",
    authority: "",
    scheme: context.scheme,
    httpVersion: "1.1",
    headers: new GatewayHeaders(),
    body,
    upgrade: null,
    expectsContinue: false,
    clientAddress: context.clientAddress,
  };
}

/** RFC 9112 §3.2: exactly one valid Host; HTTP/1.0 may have none. */
function readHost(headers: GatewayHeaders, httpVersion: "1.0" | "1.1"): Authority {
  const value = headers.get("host");
  if (value === undefined) {
    if (httpVersion === "1.0") return { host: "", authority: "" };
    throw new Failed("bad_request", "no Host field");
  }
  if (headers.repeats("host")) throw new Failed("bad_request", "several Host fields");
  return parseAuthority(value);
}

function sameAuthority(written: string, field: Authority): boolean {
  const named = parseAuthority(written);
  return named.authority.toLowerCase() === field.authority.toLowerCase();
}

/** RFC 9110 §10.1.1: only 100-continue is known; HTTP/1.0 and requests without body ignore it. */
function readExpect(headers: GatewayHeaders, httpVersion: "1.0" | "1.1", framing: Framing): boolean {
  const value = headers.get("expect");
  if (value === undefined || httpVersion === "1.0") return false;
  if (value.toLowerCase() !== "100-continue" || headers.repeats("expect")) {
    throw new Failed("expectation_failed", `Expect: ${value}`);
  }
  return framing.kind !== "none";
}
