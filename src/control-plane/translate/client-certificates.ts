import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import { revisionOf } from "../../snapshot/revision.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { Ingress } from "../resources/ingress.ts";
import { authTlsSecret, type ClientCertificatesWish } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { readAuthorities } from "./authorities.ts";
import type { Scope } from "./diagnostic.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Translating } from "./translating.ts";

/** What an Ingress asks of the clients of its hosts, with the content of its Secret. */
export interface ReadyClientCertificates {
  /** Null where clients are asked for nothing, and their fields alone are dropped. */
  readonly asked: ClientCertificates | null;
  readonly middleware: MiddlewareSettings;
}

/** Finds the Secret. `why` the hosts of the Ingress answer 503 otherwise. */
export function resolveClientCertificates(
  ingress: Ingress,
  wish: ClientCertificatesWish,
  translating: Translating,
): ReadyClientCertificates | { readonly why: string } {
  const { verify, depth, errorPage, pass, pattern } = wish;
  if (verify === "off") return { asked: null, middleware: { use: "client-certificate", options: { verify } } };
  const refuse = (code: string, scope: Scope, what: string, remedy: string): { why: string } => {
    const name = `${PREFIX}${authTlsSecret.name}`;
    const message = `annotation ${name} names ${what}, so all routes of its hosts answer 503`;
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
    const remedy = "Create it with the authorities of the clients in ca.crt, or correct the name";
    return refuse("AuthoritiesNotFound", "reference", `Secret ${wish.secret}, which does not exist`, remedy);
  }
  const reading = readAuthorities(secret);
  if ("problem" in reading) {
    const remedy = "Put the authorities of the clients in ca.crt, and what they have revoked in ca.crl, all in PEM";
    const what = `${namedWithPlace(originOf(secret))}, which ${reading.problem}`;
    return refuse("AuthoritiesBroken", "reference", what, remedy);
  }
  const { ca, crls } = reading;
  const judgedBy = { ca, ...(crls === null ? {} : { crls }), depth };
  const id = revisionOf({ secret: wish.secret, verify, ...judgedBy });
  return {
    asked: { id, ...judgedBy },
    middleware: {
      use: "client-certificate",
      options: {
        id,
        verify,
        ...(pass ? { pass } : {}),
        ...(pattern === null ? {} : { pattern }),
        ...(errorPage === null ? {} : { errorPage }),
      },
    },
  };
}
