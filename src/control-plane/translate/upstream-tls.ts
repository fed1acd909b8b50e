import { isIP } from "node:net";
import { revisionOf } from "../../snapshot/revision.ts";
import type { UpstreamTls, UpstreamTlsVersion } from "../../snapshot/upstream-tls.ts";
import type { Ingress } from "../resources/ingress.ts";
import { PREFIX } from "./annotations/annotation.ts";
import type { UpstreamTlsWish } from "./annotations/proxy-ssl.ts";
import { namedSecret, type Naming } from "./named-secret.ts";
import type { Translating } from "./translating.ts";
import { readUpstreamSecret } from "./upstream-secret.ts";

/** What an Ingress asks of TLS to its upstreams, with the content of its Secret. */
export interface ReadyTls {
  /** A hash of what is written: upstreams with other settings need other names. A renewed certificate does not change it. */
  readonly id: string;
  readonly verifies: boolean;
  /** @param serviceName DNS name of the Service, for where the Ingress names none */
  readonly towards: (serviceName: string) => UpstreamTls;
}

const NAMING: Naming = {
  annotation: `${PREFIX}proxy-ssl-secret`,
  consequence: "so its routes answer 503",
  missing: {
    code: "UpstreamSecretNotFound",
    remedy: "Create it with ca.crt, tls.crt and tls.key, or correct the name",
  },
  broken: {
    code: "UpstreamSecretBroken",
    remedy: "Put authorities in ca.crt, and a client certificate with its key in tls.crt and tls.key, all in PEM",
  },
};

/** Finds the Secret. `why` the routes answer 503 otherwise: what is asked for is never left out. */
export function resolveUpstreamTls(
  ingress: Ingress,
  wish: UpstreamTlsWish,
  translating: Translating,
): ReadyTls | { readonly why: string } {
  const named = namedSecret(ingress, wish.secret, NAMING, translating);
  if ("why" in named) return named;
  const reading = readUpstreamSecret(named.secret);
  if ("problem" in reading) return named.broken(reading.problem);
  if (wish.verify && reading.ca === null) return named.broken("has no ca.crt to verify against");
  const { ca, clientCertificate } = reading;
  return {
    id: revisionOf(wish),
    verifies: wish.verify,
    towards(serviceName) {
      const name = wish.name ?? serviceName;
      return {
        verify: wish.verify && ca !== null ? { ca, name, depth: wish.depth } : null,
        ...(clientCertificate === null ? {} : { clientCertificate }),
        // RFC 6066, section 3: addresses are no server names.
        ...(wish.sendName && isIP(name) === 0 ? { serverName: name } : {}),
        ...(wish.ciphers === null ? {} : { ciphers: wish.ciphers }),
        minVersion: wish.protocols[0] as UpstreamTlsVersion,
        maxVersion: wish.protocols.at(-1) as UpstreamTlsVersion,
      };
    },
  };
}
