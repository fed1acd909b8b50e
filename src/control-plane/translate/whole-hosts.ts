import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import { askingHosts } from "./asking-hosts.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { type PassedHosts, passedHosts } from "./passthrough/passed-hosts.ts";
import type { Problems } from "./problems.ts";
import type { Lookup } from "./recalled.ts";
import { refusedHosts } from "./refused-hosts.ts";
import { isSecured } from "./secured-hosts.ts";

/** What holds for a host as a whole, whichever Ingress said it. Looked up one by one, so that it is known what each Ingress hangs on. */
export type HostTables = {
  /** Whether a host has a certificate. */
  readonly secured: Lookup<boolean>;
  /** Why all its routes answer 503. */
  readonly refused: Lookup<string | undefined>;
  /** Whether TLS connections are handed on to a backend unopened, by `backendKey`. */
  readonly passed: Lookup<boolean>;
  /** Whether TLS connections for a host are handed on unopened. */
  readonly handedOn: Lookup<boolean>;
  /** What is asked of clients with or without certificates. */
  readonly clients: Lookup<MiddlewareSettings | undefined>;
  /** Why an Ingress cannot be served on a host, by `contestOf`. */
  readonly contested: Lookup<string | undefined>;
};

export interface WholeHosts {
  readonly tables: HostTables;
  readonly passed: PassedHosts;
  readonly asked: ReadonlyMap<string, ClientCertificates>;
}

/** @param plans oldest first */
export function wholeHosts(plans: readonly IngressPlan[], problems: Problems): WholeHosts {
  const passed = passedHosts(plans, problems);
  const asking = askingHosts(plans, problems);
  const secured = new Set<string>();
  for (const plan of plans) for (const host of plan.securedHosts) secured.add(host);
  return {
    tables: {
      secured: { get: (host) => isSecured(host, secured) },
      refused: refusedHosts(plans, problems),
      passed: { get: (backend) => passed.backends.has(backend) },
      handedOn: { get: (host) => passed.askers.has(host) },
      clients: asking.middleware,
      contested: asking.contested,
    },
    passed,
    asked: asking.asked,
  };
}
