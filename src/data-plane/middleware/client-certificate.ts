import { compilePattern } from "../../linear-pattern.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import type { ClientVerification } from "../exchange/secure-client.ts";
import type { MiddlewareFactory } from "./factory.ts";

const VERIFY = "ssl-client-verify";
const SUBJECT = "ssl-client-subject-dn";
const ISSUER = "ssl-client-issuer-dn";
const CERTIFICATE = "ssl-client-cert";

/**
 * Lets only those clients in whose certificate was accepted in the handshake, and tells the upstream whose it is, as ingress-nginx does
 * (`auth-tls-*`). Nothing a client says under these names goes on. A connection without TLS brings no certificate.
 * Options: `verify` ("on", "optional", "optional_no_ca", or "off": only the names are cleared), `id` of the `ClientCertificates` of the host where
 * it is not "off"; `pass` (default false): the certificate itself goes to the upstream; `pattern`: what its subject must match; `errorPage`: where
 * who is not let in is sent; `plain` (default false): requests without TLS are let through.
 */
export const clientCertificate: MiddlewareFactory = (options) => {
  const { verify, id, pattern, errorPage } = options;
  if (verify !== "off" && typeof id !== "string") throw new Error("client-certificate needs the id of what is asked");
  const subjects = typeof pattern === "string" ? compilePattern(pattern) : null;
  if (subjects === null && pattern !== undefined) throw new Error("client-certificate cannot read its pattern");
  const refuse = (failed: Failed): Promise<GatewayResponse> =>
    typeof errorPage === "string" ? Promise.resolve(sendTo(errorPage)) : Promise.reject(failed);

  return function checkClient(exchange, next) {
    const { secure, request } = exchange;
    for (const name of [VERIFY, SUBJECT, ISSUER, CERTIFICATE]) request.headers.delete(name);
    if (secure === null && options["plain"] === true) return next(exchange);
    const told = secure?.verification ?? null;
    if (verify !== "off" && secure !== null && told?.id !== id) return Promise.reject(wrongConnection(exchange));
    const failed = verify === "off" ? null : judge(told, verify);
    if (failed !== null) return refuse(failed);
    if (subjects?.matches(told?.certificate?.subject ?? "") === false) {
      return Promise.reject(
        new Failed("client_certificate_unauthorized", told?.certificate?.subject ?? "no certificate"),
      );
    }
    tell(request.headers, told, options["pass"] === true);
    return next(exchange);
  };
};

/** Made for another host, or before the rules of this one changed. */
function wrongConnection({ request }: Exchange): Failed {
  return new Failed(
    "misdirected",
    `not made under the rules for client certificates of ${JSON.stringify(request.host)}`,
  );
}

function judge(told: ClientVerification | null, verify: unknown): Failed | null {
  if (told === null || told.certificate === null) {
    return verify === "on" ? new Failed("client_certificate_missing", "none was sent") : null;
  }
  const { problem } = told;
  if (problem === null || (verify === "optional_no_ca" && problem.unknownAuthority)) return null;
  return new Failed("client_certificate_invalid", `${problem.code}, subject ${told.certificate.subject}`);
}

function tell(headers: GatewayHeaders, told: ClientVerification | null, pass: boolean): void {
  const { certificate = null, problem = null } = told ?? {};
  headers.append(VERIFY, certificate === null ? "NONE" : problem === null ? "SUCCESS" : `FAILED:${problem.text}`);
  if (certificate === null) return;
  if (certificate.subject !== "") headers.append(SUBJECT, certificate.subject);
  if (certificate.issuer !== "") headers.append(ISSUER, certificate.issuer);
  if (pass) headers.append(CERTIFICATE, certificate.escapedPem);
}

function sendTo(page: string): GatewayResponse {
  return { status: 302, reason: "", headers: GatewayHeaders.of({ Location: page }), body: null, close: true };
}
