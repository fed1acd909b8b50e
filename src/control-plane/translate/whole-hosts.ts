import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import { type AskingHosts, askingHosts } from "./asking-hosts.ts";
import type { Delta } from "./delta.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { KeptMap, KeptTable } from "./kept-table.ts";
import { type PassedHosts, passedHosts } from "./passthrough/passed-hosts.ts";
import { PlansOnHosts } from "./plans-on-hosts.ts";
import { Problems } from "./problems.ts";
import type { Lookup } from "./lookup.ts";
import { refusedHosts } from "./refused-hosts.ts";
import { SecuredHosts } from "./secured-hosts.ts";

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
  /** Those with a host of which some Ingress says something as a whole, oldest first. */
  readonly concerned: readonly IngressPlan[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What holds for whole hosts, again and again. Few Ingresses say anything of the kind: while none that does, or shares a host with one, is another,
 * all is as it was. A table that says the same as before is the same: nothing that hangs on it is looked at again.
 */
export class KeptHosts {
  readonly #secured = new SecuredHosts();
  readonly #onHosts = new PlansOnHosts();
  readonly #refused = new KeptTable((hosts: ReadonlyMap<string, string>, host) => hosts.get(host));
  readonly #passed = new KeptTable((backends: ReadonlyMap<string, true>, backend) => backends.has(backend));
  readonly #handedOn = new KeptTable((askers: PassedHosts["askers"], host) => askers.has(host));
  readonly #clients = new KeptTable((hosts: AskingHosts["middleware"], host) => hosts.get(host));
  readonly #contested = new KeptTable((contests: ReadonlyMap<string, string>, contest) => contests.get(contest));
  readonly #asked = new KeptMap<ClientCertificates>();
  #found = this.#find([]);

  /** @param plans what became of those of all Ingresses that are served */
  of(plans: Delta<IngressPlan>): WholeHosts {
    const secured = this.#secured.of(plans);
    const concerned = this.#onHosts.concernedBy(plans);
    if (concerned !== null) this.#found = this.#find(concerned);
    const { tables, ...rest } = this.#found;
    return { ...rest, tables: { ...tables, secured } };
  }

  #find(plans: readonly IngressPlan[]): Omit<WholeHosts, "tables"> & {
    readonly tables: Omit<HostTables, "secured">;
  } {
    const problems = new Problems();
    const passed = passedHosts(plans, problems);
    const asking = askingHosts(plans, problems);
    const tables = {
      refused: this.#refused.of(refusedHosts(plans, problems)),
      passed: this.#passed.of(new Map(Array.from(passed.backends, (backend) => [backend, true]))),
      handedOn: this.#handedOn.of(passed.askers),
      clients: this.#clients.of(asking.middleware),
      contested: this.#contested.of(asking.contested),
    };
    const asked = this.#asked.of(asking.asked);
    return { tables, passed, asked, concerned: plans, diagnostics: problems.found };
  }
}
