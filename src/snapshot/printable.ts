import { X509Certificate } from "node:crypto";
import type { JsonObject } from "./json.ts";
import type { RoutingSnapshot } from "./snapshot.ts";

/** A snapshot fit for eyes: private keys redacted, certificates summarised. The only way to print one. */
export function printable(snapshot: RoutingSnapshot): JsonObject {
  const { certificates, ...rest } = snapshot;
  const shown = certificates.map((certificate) => ({
    name: certificate.name,
    origin: certificate.origin,
    serverNames: certificate.serverNames,
    leaf: summarise(certificate.chain),
    privateKey: "[redacted]",
  }));
  // A snapshot is JSON by construction, so the copy through text loses nothing.
  return JSON.parse(JSON.stringify({ ...rest, certificates: shown })) as JsonObject;
}

function summarise(chain: string): JsonObject {
  const leaf = new X509Certificate(chain);
  return {
    subject: leaf.subject ?? "",
    subjectAltName: leaf.subjectAltName ?? "",
    issuer: leaf.issuer,
    validFrom: leaf.validFrom,
    validTo: leaf.validTo,
    fingerprint256: leaf.fingerprint256,
  };
}
