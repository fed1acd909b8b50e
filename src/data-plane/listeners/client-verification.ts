import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import { intermediates } from "../certificate-chain.ts";
import type { ClientVerification, PresentedCertificate, VerificationProblem } from "../exchange/secure-client.ts";
import { rfc2253 } from "../http/distinguished-name.ts";
import type { PeerChains } from "./peer-chains.ts";

/** What is wrong with a chain whose authority nobody has told us of: the four that nginx lets pass under `optional_no_ca`. */
const UNKNOWN_AUTHORITY: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to verify the first certificate",
};

const TOO_LONG: VerificationProblem = {
  code: "CERT_CHAIN_TOO_LONG",
  unknownAuthority: false,
  text: "certificate chain too long",
};

/** What came of asking a client, whose handshake is done, for a certificate. @param socket made with `requestCert` */
export function verificationOf(
  socket: TLSSocket,
  chains: PeerChains,
  { id, depth }: ClientCertificates,
): ClientVerification {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { id, certificate: null, problem: null };
  return { id, certificate: presented(certificate), problem: problemOf(socket, chains, depth) };
}

function problemOf(socket: TLSSocket, chains: PeerChains, depth: number): VerificationProblem | null {
  if (!socket.authorized) {
    const code = String(socket.authorizationError);
    const text = Object.hasOwn(UNKNOWN_AUTHORITY, code) ? UNKNOWN_AUTHORITY[code] : undefined;
    return { code, unknownAuthority: text !== undefined, text: text ?? code };
  }
  const between = intermediates(chains.of(socket));
  return between !== null && between <= depth ? null : TOO_LONG;
}

function presented(certificate: X509Certificate): PresentedCertificate {
  let escapedPem: string | null = null;
  return {
    subject: rfc2253(certificate.subject ?? ""),
    issuer: rfc2253(certificate.issuer ?? ""),
    get escapedPem() {
      return (escapedPem ??= encodeURIComponent(certificate.toString()));
    },
  };
}
