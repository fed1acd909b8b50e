import type { Ingress } from "../../resources/ingress.ts";
import { PREFIX } from "../annotations/annotation.ts";

/** Annotations that let somebody in or not, and look at requests or handshakes for that. What is not built is refused elsewhere. */
const PROTECTIONS = [
  "allowlist-source-range",
  "auth-tls-secret",
  "auth-type",
  "auth-url",
  "denylist-source-range",
  "enable-modsecurity",
  "limit-connections",
  "limit-rpm",
  "limit-rps",
  "whitelist-source-range",
];

/** Holds for a host as a whole, whichever of its Ingresses says it. */
const OF_HOST = "auth-tls-secret";

const ASKS_NOTHING = /^(?:0*|false|off)$/i;

/**
 * An annotation that would protect nothing where TLS is handed on unopened, with its prefix; null for none.
 * @param ofHost only those that hold for a host as a whole
 */
export function bareProtection({ metadata }: Ingress, ofHost: boolean): string | null {
  const asked = (name: string): boolean => !ASKS_NOTHING.test((metadata.annotations[PREFIX + name] ?? "").trim());
  const name = PROTECTIONS.find((one) => (one === OF_HOST ? asksForCertificates(metadata) : !ofHost && asked(one)));
  return name === undefined ? null : PREFIX + name;
}

function asksForCertificates({ annotations }: Ingress["metadata"]): boolean {
  if (annotations[`${PREFIX}auth-tls-verify-client`]?.trim() === "off") return false;
  return (annotations[PREFIX + OF_HOST] ?? "").trim() !== "";
}
