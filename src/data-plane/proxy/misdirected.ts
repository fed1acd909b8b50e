import type { Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import type { RouteTable } from "../route-table/route-table.ts";

/**
 * Whether a request belongs on its connection (RFC 9110 §7.4): clients of HTTP/2 send over one the requests for all hosts that its certificate
 * covers. It does not where the handshake asked the client for what the host does not ask, or for nothing; nor where it was for another host of
 * ours, which has another certificate, or where connections for the host are handed on unopened. A host that asks its clients for certificates is guarded by middleware besides, also without a server name.
 * @param certificateFor the certificate for a server name; null for the default
 */
export function misdirected(
  { secure, request }: Pick<Exchange, "secure" | "request">,
  table: Pick<RouteTable<unknown>, "virtualHostFor" | "claims" | "askedOf" | "passthroughOf">,
  certificateFor: (serverName: string) => string | null,
): Failed | null {
  const meant = secure?.serverName ?? null;
  const { host } = request;
  if (meant === null || meant === host || host === "") return null;
  const otherRules = table.virtualHostFor(meant) !== table.virtualHostFor(host);
  const otherClients = secure?.verification?.id !== table.askedOf(host)?.id;
  const bothOurs = table.claims(meant) && table.claims(host);
  const unopened = table.passthroughOf(host) !== null;
  const otherCertificate = bothOurs && (unopened || certificateFor(meant) !== certificateFor(host));
  if (!(otherRules && otherClients) && !otherCertificate) return null;
  return new Failed("misdirected", `the handshake was for ${JSON.stringify(meant)}, the request is for another`);
}
