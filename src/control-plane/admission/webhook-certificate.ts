import { X509Certificate } from "node:crypto";
import { DAY, makeCertificate, validFor } from "../../certificates/certificates.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";

/** A certificate for a webhook's Service, with the authority that an API server is to believe. */
export interface WebhookIdentity extends CertificatePair {
  /** The authority alone, in PEM: `clientConfig.caBundle`. */
  readonly authority: string;
}

const LIFE = 365;
/** Days before its end when a certificate is made anew: time enough for somebody to notice where that fails. */
const RENEWED = 30;

/** An authority made for this one certificate, whose key nobody keeps. @param name "ts-ingress-webhook.ts-ingress.svc" */
export async function makeWebhookIdentity(name: string): Promise<WebhookIdentity> {
  const validity = validFor(LIFE);
  const authority = await makeCertificate({
    commonName: `authority of ${name}`,
    names: [],
    authority: true,
    ...validity,
  });
  const names = [{ kind: "dns" as const, value: name }];
  const leaf = await makeCertificate({ commonName: name, names, authority: false, ...validity, signer: authority });
  return { chain: leaf.chain, privateKey: leaf.privateKey, authority: authority.chain };
}

/** Whether a certificate that somebody stored still does. @param now milliseconds since 1970 */
export function isUsable({ chain, privateKey, authority }: WebhookIdentity, name: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(chain);
    const signer = new X509Certificate(authority);
    return (
      privateKey !== "" &&
      certificate.checkHost(name) !== undefined &&
      certificate.verify(signer.publicKey) &&
      Math.min(certificate.validToDate.getTime(), signer.validToDate.getTime()) - now > RENEWED * DAY
    );
  } catch {
    return false;
  }
}
