import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import { toggle } from "./annotation.ts";
import type { ReadAnnotation } from "./annotation.ts";

export const sslRedirect = toggle(
  "ssl-redirect",
  true,
  "Redirect http to https (308) on hosts that have a certificate.",
);
export const forceSslRedirect = toggle("force-ssl-redirect", false, "Redirect http to https (308) on every host.");
export const preserveTrailingSlash = toggle(
  "preserve-trailing-slash",
  false,
  "Keep a trailing slash in the https redirect; otherwise one is removed.",
);
export const usePortInRedirects = toggle("use-port-in-redirects", false, "Name the https port in the https redirect.");

export interface HttpsRedirect {
  readonly whenSecured: boolean;
  readonly always: boolean;
  readonly keepTrailingSlash: boolean;
  readonly usePort: boolean;
}

export function readHttpsRedirect(read: ReadAnnotation): HttpsRedirect {
  return {
    whenSecured: read(sslRedirect),
    always: read(forceSslRedirect),
    keepTrailingSlash: read(preserveTrailingSlash),
    usePort: read(usePortInRedirects),
  };
}

/**
 * The middleware for a route, or null. The solver of cert-manager must be reachable over http: its path, the route's and not the
 * request's, is exempt unless a setting says otherwise (`no-tls-redirect-locations` of ingress-nginx).
 * @param path in normal form
 */
export function httpsRedirectFor(
  redirect: HttpsRedirect,
  secured: boolean,
  path: string,
  { code, exempt }: { readonly code: number; readonly exempt: readonly string[] },
): MiddlewareSettings | null {
  if (exempt.some((beginning) => path.startsWith(beginning))) return null;
  if (!redirect.always && !(redirect.whenSecured && secured)) return null;
  return {
    use: "https-redirect",
    options: { code, keepTrailingSlash: redirect.keepTrailingSlash, usePort: redirect.usePort },
  };
}

/** Where whoever issues certificates looks for the answer to a challenge. */
export const CHALLENGES = "/.well-known/acme-challenge";

/** @param path of a route, in normal form */
export function isOfChallenge(path: string): boolean {
  return path === CHALLENGES || path.startsWith(`${CHALLENGES}/`);
}
