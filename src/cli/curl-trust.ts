import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { DevelopmentAuthority } from "../certificates/development-authority.ts";
import type { Certificate } from "../snapshot/certificate.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { shellWord } from "./show-curl.ts";

/**
 * How curl is to trust the certificate shown for a server name: ours is verified against the development authority's file, one that
 * somebody else signed cannot be verified here.
 */
export function trustIn(
  snapshot: Pick<RoutingSnapshot, "certificates">,
  authority: Pick<DevelopmentAuthority, "certificateFile">,
): (serverName: string) => string {
  const issuer = new X509Certificate(readFileSync(authority.certificateFile));
  const byName = new Map<string, Certificate>();
  for (const certificate of snapshot.certificates) {
    for (const name of certificate.serverNames) byName.set(name, certificate);
  }
  return (serverName) => {
    const wildcard = `*${serverName.slice(serverName.indexOf("."))}`;
    const certificate = byName.get(serverName) ?? byName.get(wildcard);
    const ours = certificate === undefined || new X509Certificate(certificate.chain).verify(issuer.publicKey);
    return ours ? `--cacert ${shellWord(authority.certificateFile)}` : "--insecure";
  };
}
