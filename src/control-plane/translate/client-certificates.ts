import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import { revisionOf } from "../../snapshot/revision.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { Ingress } from "../resources/ingress.ts";
import { authTlsSecret, type ClientCertificatesWish } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { readAuthorities } from "./authorities.ts";
import { namedSecret, type Naming } from "./named-secret.ts";
import type { Translating } from "./translating.ts";

/** What an Ingress asks of the clients of its hosts, with the content of its Secret. */
export interface ReadyClientCertificates {
  /** Null where clients are asked for nothing, and their fields alone are dropped. */
  readonly asked: ClientCertificates | null;
  readonly middleware: MiddlewareSettings;
}

const NAMING: Naming = {
  annotation: `${PREFIX}${authTlsSecret.name}`,
  consequence: "so all routes of its hosts answer 503",
  missing: {
    code: "AuthoritiesNotFound",
    remedy: "Create it with the authorities of the clients in ca.crt, or correct the name",
  },
  broken: {
    code: "AuthoritiesBroken",
    remedy: "Put the authorities of the clients in ca.crt, and what they have revoked in ca.crl, all in PEM",
  },
};

/** Finds the Secret. `why` the hosts of the Ingress answer 503 otherwise. */
export function resolveClientCertificates(
  ingress: Ingress,
  wish: ClientCertificatesWish,
  translating: Translating,
): ReadyClientCertificates | { readonly why: string } {
  const { verify, depth, errorPage, pass, pattern } = wish;
  if (verify === "off") return { asked: null, middleware: { use: "client-certificate", options: { verify } } };
  const named = namedSecret(ingress, wish.secret, NAMING, translating);
  if ("why" in named) return named;
  const reading = readAuthorities(named.secret);
  if ("problem" in reading) return named.broken(reading.problem);
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
