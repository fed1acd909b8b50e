import { X509Certificate } from "node:crypto";
import type { JsonObject } from "./json.ts";
import { pemCertificates } from "./pair.ts";
import type { VirtualHost } from "./route.ts";
import type { RoutingSnapshot } from "./snapshot.ts";
import type { Upstream } from "./upstream.ts";

const REDACTED = "[redacted]";

/** A snapshot fit for eyes: private keys redacted, certificates summarised. The only way to print one. */
export function printable(snapshot: RoutingSnapshot): JsonObject {
  const { virtualHosts, certificates, upstreams, ...rest } = snapshot;
  const shown = certificates.map((certificate) => ({
    name: certificate.name,
    origin: certificate.origin,
    serverNames: certificate.serverNames,
    leaf: summarise(certificate.chain),
    privateKey: REDACTED,
  }));
  const spokenTo = upstreams.map(withoutKey);
  // A snapshot is JSON by construction, so the copy through text loses nothing.
  const parts = { virtualHosts: virtualHosts.map(withoutAuthorities), upstreams: spokenTo, certificates: shown };
  return JSON.parse(JSON.stringify({ ...parts, ...rest })) as JsonObject;
}

function withoutAuthorities(host: VirtualHost): unknown {
  const { clientCertificates: asked } = host;
  if (asked === undefined) return host;
  const { ca, crls, ...rest } = asked;
  const revoked = crls === undefined ? {} : { crls: crls.length };
  return { ...host, clientCertificates: { ...rest, ca: pemCertificates(ca).map(summarise), ...revoked } };
}

/** `ca` and our chain are summarised too: a bundle of authorities would bury the rest. */
function withoutKey(upstream: Upstream): unknown {
  const { tls } = upstream;
  if (tls === undefined) return upstream;
  const { verify, clientCertificate, ...rest } = tls;
  const shown = {
    ...rest,
    verify: verify === null ? null : { ...verify, ca: pemCertificates(verify.ca).map(summarise) },
    ...(clientCertificate === undefined
      ? {}
      : { clientCertificate: { leaf: summarise(clientCertificate.chain), privateKey: REDACTED } }),
  };
  return { ...upstream, tls: shown };
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
