import {
  checkServerIdentity,
  createSecureContext,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type SecureContext,
} from "node:tls";
import type { UpstreamTls } from "../../snapshot/upstream-tls.ts";
import { intermediates } from "../certificate-chain.ts";

/**
 * How handshakes with the endpoints of one upstream are made. Its certificates are read once, at the first handshake; what is new in them comes
 * as a new object, with endpoints of its own, so that neither a connection nor a session outlives what it was verified against.
 */
export class TlsToUpstream {
  readonly #settings: UpstreamTls | undefined;
  #context: SecureContext | null = null;

  /** @param settings undefined for TLS without any: nothing is verified, for the pods of ingress-nginx's users have self-signed certificates */
  constructor(settings: UpstreamTls | undefined) {
    this.#settings = settings;
  }

  /** @throws {Error} where the settings are none that OpenSSL takes */
  options(): ConnectionOptions {
    const settings = this.#settings;
    if (settings === undefined) return { rejectUnauthorized: false };
    this.#context ??= contextOf(settings);
    const { verify, serverName } = settings;
    return {
      secureContext: this.#context,
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(verify === null
        ? { rejectUnauthorized: false }
        : {
            rejectUnauthorized: true,
            // The name is ours, whatever Node made of socket and SNI.
            checkServerIdentity: (_, certificate) => judge(certificate as DetailedPeerCertificate, verify),
          }),
    };
  }
}

function contextOf({ verify, clientCertificate, ciphers, minVersion, maxVersion }: UpstreamTls): SecureContext {
  return createSecureContext({
    minVersion,
    maxVersion,
    ...(verify === null ? {} : { ca: verify.ca }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate.chain, key: clientCertificate.privateKey }),
    ...(ciphers === undefined ? {} : { ciphers: `${ciphers}:${TLS_1_3_SUITES}` }),
  });
}

// A cipher list is for TLS 1.2; Node turns TLS 1.3 off where a list has none of its suites.
const TLS_1_3_SUITES = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

/** Asked once OpenSSL has found a chain to one of our authorities. */
function judge(
  certificate: DetailedPeerCertificate,
  { name, depth }: NonNullable<UpstreamTls["verify"]>,
): Error | undefined {
  const wrongName = checkServerIdentity(name, certificate);
  if (wrongName !== undefined) return wrongName;
  const between = intermediates(certificate);
  if (between === null) return new Error("its chain of certificates cannot be followed");
  if (between > depth) return new Error(`its chain has ${between} intermediate certificates, ${depth} are allowed`);
  return undefined;
}
