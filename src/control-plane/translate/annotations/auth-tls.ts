import { compilePattern } from "../../../linear-pattern.ts";
import { parseBoolean, PREFIX, toggle, type Annotation, type ReadAnnotation } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";

export type VerifyClient = "on" | "off" | "optional" | "optional_no_ca";

const MODES: readonly VerifyClient[] = ["on", "off", "optional", "optional_no_ca"];

export const authTlsSecret: Annotation<string | null> = {
  name: "auth-tls-secret",
  fallback: null,
  docs: "Secret with the authorities (`ca.crt`, and `ca.crl` for what they have revoked) that certificates of clients are verified against, of the Ingress's own namespace. It holds for its hosts as a whole, those routes of other Ingresses too. Missing, unreadable, or of another namespace: all routes of these hosts answer 503.",
  expected: "NAMESPACE/NAME",
  parse: (text) => (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(text) ? text : null),
};

export const authTlsVerifyClient: Annotation<VerifyClient> = {
  name: "auth-tls-verify-client",
  fallback: "on",
  docs: "Whether clients must have a certificate (`on`), may have one (`optional`), or may have one of any authority (`optional_no_ca`). One that is not accepted is answered 400, and so is, under `on`, a request without: over plain HTTP too, unless it is redirected.",
  expected: "on, off, optional or optional_no_ca",
  parse: (text) => MODES.find((mode) => mode === text) ?? null,
};

export const authTlsVerifyDepth: Annotation<number> = {
  name: "auth-tls-verify-depth",
  fallback: 1,
  docs: "Certificates allowed between the client's own and the authority's. 0 counts as 1, as in ingress-nginx.",
  expected: "a whole number from 0 to 99",
  parse: (text) => (/^\d{1,2}$/.test(text) ? Math.max(1, Number(text)) : null),
};

export const authTlsErrorPage: Annotation<string | null> = {
  name: "auth-tls-error-page",
  fallback: null,
  docs: "Where clients are sent (302) instead of the answer 400.",
  expected: "an http or https URL",
  parse: (text) => (/^https?:\/\/[\x21-\x23\x25-\x7e]+$/.test(text) && URL.canParse(text) ? text : null),
  whenInvalid: "clients without an accepted certificate are answered 400",
};

export const authTlsPassCertificate: Annotation<boolean> = toggle(
  "auth-tls-pass-certificate-to-upstream",
  false,
  "Send the upstream the certificate itself, URI-encoded PEM, as `ssl-client-cert`; besides `ssl-client-verify`, `ssl-client-subject-dn` and `ssl-client-issuer-dn`, which it gets in any case. What clients send under these names is dropped.",
);

export const authTlsMatchCn: Annotation<string | null> = {
  name: "auth-tls-match-cn",
  fallback: null,
  docs: "Regular expression that must match somewhere in the subject of the certificate (RFC 2253: `CN=anna,O=Shop`); otherwise 403. RE2 syntax: no look-around, no back-references; at most 1,024 characters, counted repetitions at most 256 in all.",
  expected: "a regular expression (RE2 syntax, at most 1,024 characters) with CN= in it",
  parse: (text) => (text.includes("CN=") && compilePattern(text) !== null ? text : null),
};

export const AUTH_TLS: readonly Annotation<unknown>[] = [
  authTlsSecret,
  authTlsVerifyClient,
  authTlsVerifyDepth,
  authTlsErrorPage,
  authTlsPassCertificate,
  authTlsMatchCn,
];

/** What an Ingress asks of the clients of its hosts; the Secret is not looked at yet. */
export interface ClientCertificatesWish {
  /** "namespace/name" */
  readonly secret: string;
  readonly verify: VerifyClient;
  readonly depth: number;
  readonly errorPage: string | null;
  readonly pass: boolean;
  readonly pattern: string | null;
}

/**
 * @param refuse gets why the hosts of the Ingress must not be served
 * @returns null where there is no Secret, as in ingress-nginx
 */
export function readAuthTls(
  reader: AnnotationReader,
  refuse: (annotation: string, why: string) => void,
): ClientCertificatesWish | null {
  const demand: ReadAnnotation = (annotation) => reader.demand(annotation, (why) => refuse(annotation.name, why));
  const { values } = reader;
  if (values[authTlsSecret.name] === undefined) {
    for (const { name } of AUTH_TLS) reportAlone(reader, name, refuse);
    return null;
  }
  const verify = demand(authTlsVerifyClient);
  const secret = demand(authTlsSecret);
  const wish = {
    verify,
    depth: demand(authTlsVerifyDepth),
    errorPage: reader.read(authTlsErrorPage),
    pass: demand(authTlsPassCertificate),
    pattern: demand(authTlsMatchCn),
  };
  return secret === null ? null : { secret, ...wish };
}

/** One that is written without the Secret: what asks for protection must not be served without. */
function reportAlone(reader: AnnotationReader, name: string, refuse: (annotation: string, why: string) => void): void {
  const value = reader.values[name]?.trim();
  if (value === undefined || value === "off" || parseBoolean(value) === false) return;
  const remedy = `Add ${PREFIX}${authTlsSecret.name}, or remove the annotation`;
  if (name === authTlsVerifyClient.name || name === authTlsMatchCn.name) {
    const what = `asks for client certificates, but there is no ${PREFIX}${authTlsSecret.name}, so its routes answer 503`;
    refuse(name, reader.say(name, "error", "ProtectionInvalid", what, remedy));
  } else {
    const what = `has no effect without ${PREFIX}${authTlsSecret.name}`;
    reader.say(name, "warning", "AnnotationWithoutEffect", what, remedy);
  }
}
