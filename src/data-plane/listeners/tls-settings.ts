import { constants } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { SecureContext, SecureContextOptions, TlsOptions } from "node:tls";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import type { TlsSetting } from "../../snapshot/serving-setting.ts";

const CIPHERS_OF_1_3 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
/** Mozilla's guidelines 6.0 (2026-04-06), "intermediate": no CBC, no finite-field DHE, no RSA key exchange. */
const CIPHERS = [
  ...CIPHERS_OF_1_3,
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];
const GROUPS = ["X25519MLKEM768", "X25519", "prime256v1", "secp384r1"];

const SETTINGS = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  ciphers: CIPHERS.join(":"),
  ecdhCurve: GROUPS.join(":"),
  // All suites are good: the client knows whether its hardware likes AES or ChaCha20.
  honorCipherOrder: false,
  // Browsers do not renegotiate, and a client could make us pay for handshakes (CVE-2011-1473).
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  // Seconds a ticket stays good: a resumed session keeps the identity of the certificate it began with.
  sessionTimeout: 3600,
} satisfies SecureContextOptions;

/** What overrides the above. Without a cipher of TLS 1.3 in its list Node would give TLS 1.3 up. */
export function settingsOf({ minVersion, maxVersion, ciphers, groups, sessionTimeout }: Omit<TlsSetting, "name">) {
  const list = ciphers === undefined || /(?:^|:)TLS_/.test(ciphers) ? ciphers : [...CIPHERS_OF_1_3, ciphers].join(":");
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(list === undefined ? {} : { ciphers: list }),
    ...(groups === undefined ? {} : { ecdhCurve: groups }),
    ...(sessionTimeout === undefined ? {} : { sessionTimeout }),
  } satisfies SecureContextOptions;
}

/**
 * What a certificate is presented with.
 * @param besides overrides what holds for all
 * @throws {Error} when OpenSSL refuses the pair: unreadable, key of another certificate, key too short.
 */
export function buildSecureContext(pair: CertificatePair, besides: SecureContextOptions = {}): SecureContext {
  // Node takes empty text for "none given", and every handshake would fail instead.
  if (pair.chain === "" || pair.privateKey === "") throw new Error("no certificate or no key");
  return createSecureContext({ ...SETTINGS, cert: pair.chain, key: pair.privateKey, ...besides });
}

/**
 * What a handshake that asks for a client's certificate is made with besides. No session of one is ever resumed: each connection is verified anew,
 * and none that was made under other rules, or none, can be taken for one of these (nginx CVE-2025-23419).
 */
export function askingSettings({ ca, crls }: ClientCertificates): SecureContextOptions {
  return {
    ca,
    ...(crls === undefined ? {} : { crl: [...crls] }),
    secureOptions: SETTINGS.secureOptions | constants.SSL_OP_NO_TICKET,
  };
}

/** What the listener itself is made with; `pair` is for clients that send no server name, for which Node asks no SNICallback. */
export function serverSettings(pair: CertificatePair): TlsOptions {
  return {
    ...SETTINGS,
    cert: pair.chain,
    key: pair.privateKey,
    // Milliseconds. Node's own 120 s let silent clients hold a socket.
    handshakeTimeout: 10_000,
    // A session is resumed where it is the same: in all workers. Node's own is made of the command line.
    sessionIdContext: "ts-ingress",
    ALPNProtocols: ["http/1.1"],
  };
}
