import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import { authTlsSecret } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { describeHost } from "./hosts.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Problems } from "./problems.ts";

interface Claim {
  readonly by: IngressPlan;
  readonly asked: ClientCertificates;
  readonly middleware: MiddlewareSettings;
}

/** What the hosts that ask their clients for certificates ask for. */
export interface AskingHosts {
  readonly asked: ReadonlyMap<string, ClientCertificates>;
  /** What all routes of such a host get. */
  readonly middleware: ReadonlyMap<string, MiddlewareSettings>;
  /** Why the routes of an Ingress on a host answer 503 instead, by `contestOf`. */
  readonly contested: ReadonlyMap<string, string>;
}

/** @param key "namespace/name" of the Ingress */
export function contestOf(key: string, host: string): string {
  return `${key} ${host}`;
}

/**
 * The hosts that ask their clients for certificates. A handshake knows of no path, so that it is a matter of the whole host: the first Ingress
 * that asks decides, for the routes of all others too. One that asks for something else is not served there: it would not be protected as it says.
 *
 * @param plans oldest first
 */
export function askingHosts(plans: readonly IngressPlan[], problems: Problems): AskingHosts {
  const claims = new Map<string, Claim>();
  const contested = new Map<string, string>();
  for (const plan of plans) {
    const { asked, middleware } = plan.clientCertificates ?? { asked: null };
    if (asked === null || middleware === undefined) continue;
    for (const host of plan.hosts) {
      const claim = claims.get(host);
      if (claim === undefined) claims.set(host, { by: plan, asked, middleware });
      else if (JSON.stringify(claim.middleware) !== JSON.stringify(middleware))
        contested.set(contestOf(plan.key, host), refuse(plan, host, claim, problems));
    }
  }
  return {
    asked: new Map(Array.from(claims, ([host, { asked }]) => [host, asked])),
    middleware: new Map(Array.from(claims, ([host, { middleware }]) => [host, middleware])),
    contested,
  };
}

/** @returns why */
function refuse(plan: IngressPlan, host: string, { by }: Claim, problems: Problems): string {
  const name = `${PREFIX}${authTlsSecret.name}`;
  const field = ["metadata", "annotations", name];
  const message = `the clients of ${describeHost(host)} are asked for certificates as ${namedWithPlace(originOf(by.ingress, field))} says, which comes first; annotation ${name} and those beside it ask for something else, so the routes of this Ingress there answer 503`;
  const remedy = "Write the same auth-tls annotations on both, or remove them from one";
  const object = originOf(plan.ingress, field);
  problems.add({ severity: "error", code: "ClientCertificatesConflict", scope: "conflict", object, message, remedy });
  return `${message}. ${remedy}`;
}
