import type { Forwarded, GatewayRequest } from "../exchange/request.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { parseAuthority } from "./host.ts";
import { realAddress } from "./real-address.ts";
import type { TrustedRanges } from "./trusted-ranges.ts";

/** How what a proxy in front of us says of its clients is believed, where it is (ingress-nginx's `use-forwarded-headers`). */
export interface ForwardedPolicy {
  /** Who is believed. */
  readonly trusted: TrustedRanges;
  /** Lower-case name of the field with the chain of addresses (`forwarded-for-header`). */
  readonly field: string;
  /** X-Forwarded-For to the upstream is the whole chain, not the client's address alone (`compute-full-forwarded-for`). */
  readonly full: boolean;
}

/**
 * The request as a trusted peer tells it: the client's address, the scheme, the host and the port the client asked for. What is missing
 * or malformed is not believed, and stays as the connection has it. Routes are matched on the Host field all the same.
 * @param request as its connection has it; its peer is trusted
 */
export function believed(request: GatewayRequest, policy: ForwardedPolicy): GatewayRequest {
  const { headers, clientAddress: peer } = request;
  const chain = headers.all(policy.field).join(", ");
  const forwarded: Forwarded = {
    original: chain,
    chain: !policy.full ? null : chain === "" ? peer : `${chain}, ${peer}`,
    port: portIn(headers),
  };
  return {
    ...request,
    forwarded,
    clientAddress: realAddress(chain, peer, policy.trusted),
    scheme: schemeIn(headers) ?? request.scheme,
    authority: authorityIn(headers) ?? request.authority,
  };
}

/** Of several values, each proxy having added its own, the first is the one that is nearest to the client. */
function firstOf(headers: GatewayHeaders, name: string): string {
  return (headers.get(name) ?? "").split(",", 1)[0]?.trim() ?? "";
}

function schemeIn(headers: GatewayHeaders): "http" | "https" | null {
  const told = firstOf(headers, "x-forwarded-proto").toLowerCase();
  return told === "http" || told === "https" ? told : null;
}

function portIn(headers: GatewayHeaders): number | null {
  const told = firstOf(headers, "x-forwarded-port");
  return /^[1-9]\d{0,4}$/.test(told) && Number(told) <= 65_535 ? Number(told) : null;
}

function authorityIn(headers: GatewayHeaders): string | null {
  const told = firstOf(headers, "x-forwarded-host");
  if (told === "") return null;
  try {
    return parseAuthority(told).authority;
  } catch {
    return null;
  }
}
