import { KNOWN_NAMES } from "./known-names.ts";

/** What an annotation may do to others than its own Ingress, ascending: as ingress-nginx rates them. */
export const RISKS = ["Low", "Medium", "High", "Critical"] as const;

export type Risk = (typeof RISKS)[number];

/** Every annotation of ingress-nginx 1.15.1 that is not of low risk (annotations-risk.md). */
const ABOVE_LOW: Readonly<Record<Exclude<Risk, "Low">, readonly string[]>> = {
  Critical: names(`
    auth-snippet configuration-snippet modsecurity-snippet server-snippet stream-snippet
  `),
  High: names(`
    auth-signin auth-tls-error-page auth-tls-match-cn auth-url mirror-host mirror-target
    modsecurity-transaction-id proxy-ssl-name server-alias upstream-hash-by
  `),
  Medium: names(`
    affinity-mode allowlist-source-range app-root auth-cache-duration auth-cache-key auth-proxy-set-headers
    auth-realm auth-request-redirect auth-response-headers auth-secret auth-signin-redirect-param
    auth-tls-secret auth-tls-verify-client canary-by-cookie canary-by-header canary-by-header-pattern
    canary-by-header-value cors-allow-headers cors-allow-methods cors-allow-origin cors-expose-headers
    custom-headers denylist-source-range fastcgi-index fastcgi-params-configmap force-ssl-redirect
    opentelemetry-operation-name permanent-redirect preserve-trailing-slash proxy-body-size proxy-cookie-domain
    proxy-cookie-path proxy-next-upstream proxy-redirect-from proxy-redirect-to proxy-ssl-ciphers
    proxy-ssl-secret rewrite-target session-cookie-domain session-cookie-expires session-cookie-max-age
    session-cookie-name session-cookie-path temporal-redirect whitelist-source-range x-forwarded-prefix
  `),
};

/** @param name without prefix @returns null for one that does not exist */
export function riskOf(name: string): Risk | null {
  if (!KNOWN_NAMES.includes(name)) return null;
  const level = (["Critical", "High", "Medium"] as const).find((risk) => ABOVE_LOW[risk].includes(name));
  return level ?? "Low";
}

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
