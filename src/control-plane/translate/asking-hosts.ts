import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import { authTlsSecret } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { describeHost } from "./hosts.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Problems } from "./problems.ts";
import { ruleHosts } from "./rule-hosts.ts";

interface Claim {
  readonly by: IngressPlan;
  readonly asked: ClientCertificates;
  readonly middleware: MiddlewareSettings;
}

/**
 * The hosts that ask their clients for certificates. A handshake knows of no path, so that it is a matter of the whole host: the first Ingress
 * that asks decides, for the routes of all others too. One that asks for something else is not served there: it would not be protected as it says.
 */
export class AskingHosts {
  readonly #claims = new Map<string, Claim>();
  readonly #refused = new Map<IngressPlan, Map<string, string>>();

  /** @param plans oldest first */
  constructor(plans: readonly IngressPlan[], problems: Problems) {
    for (const plan of plans) {
      const { asked, middleware } = plan.clientCertificates ?? { asked: null };
      if (asked === null || middleware === undefined) continue;
      for (const host of ruleHosts(plan.ingress)) {
        const claim = this.#claims.get(host);
        if (claim === undefined) this.#claims.set(host, { by: plan, asked, middleware });
        else if (JSON.stringify(claim.middleware) !== JSON.stringify(middleware))
          this.#refuse(plan, host, claim, problems);
      }
    }
  }

  get asked(): ReadonlyMap<string, ClientCertificates> {
    return new Map([...this.#claims].map(([host, { asked }]) => [host, asked]));
  }

  /** What the routes of an Ingress on a host get; `why` they answer 503 instead; null for nothing. */
  for(plan: IngressPlan, host: string): MiddlewareSettings | { readonly why: string } | null {
    const why = this.#refused.get(plan)?.get(host);
    if (why !== undefined) return { why };
    return this.#claims.get(host)?.middleware ?? plan.clientCertificates?.middleware ?? null;
  }

  #refuse(plan: IngressPlan, host: string, { by }: Claim, problems: Problems): void {
    const name = `${PREFIX}${authTlsSecret.name}`;
    const field = ["metadata", "annotations", name];
    const message = `the clients of ${describeHost(host)} are asked for certificates as ${namedWithPlace(originOf(by.ingress, field))} says, which comes first; annotation ${name} and those beside it ask for something else, so the routes of this Ingress there answer 503`;
    const remedy = "Write the same auth-tls annotations on both, or remove them from one";
    const object = originOf(plan.ingress, field);
    problems.add({ severity: "error", code: "ClientCertificatesConflict", scope: "conflict", object, message, remedy });
    const refused = this.#refused.get(plan) ?? new Map<string, string>();
    this.#refused.set(plan, refused.set(host, `${message}. ${remedy}`));
  }
}
