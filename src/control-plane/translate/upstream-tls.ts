import { isIP } from "node:net";
import { revisionOf } from "../../snapshot/revision.ts";
import type { UpstreamTls, UpstreamTlsVersion } from "../../snapshot/upstream-tls.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { Ingress } from "../resources/ingress.ts";
import { PREFIX } from "./annotations/annotation.ts";
import type { UpstreamTlsWish } from "./annotations/proxy-ssl.ts";
import type { Scope } from "./diagnostic.ts";
import { namedWithPlace, originOf } from "./place.ts";
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

/** Finds the Secret. `why` the routes answer 503 otherwise: what is asked for is never left out. */
export function resolveUpstreamTls(
  ingress: Ingress,
  wish: UpstreamTlsWish,
  translating: Translating,
): ReadyTls | { readonly why: string } {
  const refuse = (code: string, scope: Scope, what: string, remedy: string): { why: string } => {
    const name = `${PREFIX}proxy-ssl-secret`;
    const message = `annotation ${name} names ${what}, so its routes answer 503`;
    const field: FieldPath = ["metadata", "annotations", name];
    translating.problems.add({ severity: "error", code, scope, object: originOf(ingress, field), message, remedy });
    return { why: `${message}. ${remedy}` };
  };
  const { namespace } = ingress.metadata;
  if (!wish.secret.startsWith(`${namespace}/`)) {
    const remedy = `Copy the Secret to namespace ${namespace}`;
    return refuse("SecretOfOtherNamespace", "object", `Secret ${wish.secret}, which is of another namespace`, remedy);
  }
  const secret = translating.catalogue.secrets.get(wish.secret);
  if (secret === undefined) {
    const remedy = "Create it with ca.crt, tls.crt and tls.key, or correct the name";
    return refuse("UpstreamSecretNotFound", "reference", `Secret ${wish.secret}, which does not exist`, remedy);
  }
  const reading = readUpstreamSecret(secret);
  const problem =
    "problem" in reading
      ? reading.problem
      : wish.verify && reading.ca === null
        ? "has no ca.crt to verify against"
        : null;
  if (problem !== null || "problem" in reading) {
    const remedy =
      "Put authorities in ca.crt, and a client certificate with its key in tls.crt and tls.key, all in PEM";
    return refuse("UpstreamSecretBroken", "reference", `${namedWithPlace(originOf(secret))}, which ${problem}`, remedy);
  }
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
