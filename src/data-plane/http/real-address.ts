import { isIP } from "node:net";
import { withoutMapping } from "./client-address.ts";
import type { TrustedRanges } from "./trusted-ranges.ts";

/** Proxies that stand one behind another are never so many; a longer list is somebody's who wants us to work. */
const MOST_HOPS = 64;

/**
 * Who began a request that came through proxies: from the right, the first address that is not trusted (nginx's `real_ip_recursive`). What
 * is no address ends the search, since whoever wrote it is not known to have told the truth further left. Of a chain that is trusted
 * throughout it is the left-most.
 * @param chain value of X-Forwarded-For, all lines with commas between; addresses, also with a port, as some load balancers write them
 * @param peer the trusted address that the request came from
 */
export function realAddress(chain: string, peer: string, trusted: TrustedRanges): string {
  let address = peer;
  for (const hop of lastHops(chain)) {
    const next = addressIn(hop);
    if (next === null) return address;
    address = next;
    if (!trusted.has(address)) return address;
  }
  return address;
}

/** From right to left; empty members say nothing. */
function lastHops(chain: string): string[] {
  const hops = chain.split(",").map((hop) => hop.trim());
  return hops
    .filter((hop) => hop !== "")
    .slice(-MOST_HOPS)
    .reverse();
}

const WITH_PORT = /^(?:([\d.]+)|\[([\da-fA-F:.]+)\])(?::\d{1,5})?$/;

function addressIn(hop: string): string | null {
  const match = WITH_PORT.exec(hop);
  const address = withoutMapping((match?.[1] ?? match?.[2] ?? hop).toLowerCase());
  return isIP(address) === 0 || address.includes("%") ? null : address;
}
