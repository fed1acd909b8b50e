import type { Certificate } from "../../snapshot/certificate.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Claim } from "./certificates.ts";
import type { Delta } from "./delta.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { KeptParts } from "./kept-parts.ts";
import { Notes } from "./notes.ts";
import { amongOlder } from "./order.ts";
import { namedWithPlace, originOf } from "./place.ts";
import { Problems } from "./problems.ts";

/** Gives each server name to the first Ingress that claims it, again and again: only names for which there are other claims. */
export class CertificateHolders {
  /** By server name, those of the oldest Ingress first. */
  readonly #claims = new Map<string, readonly Claim[]>();
  /** By Secret, the claims that are granted. */
  readonly #granted = new Map<string, Set<Claim>>();
  readonly #certificates = new Map<string, Certificate>();
  readonly #notes = new Notes<string>();

  /** All there is to say of conflicts. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#notes.all;
  }

  /** @param claims what became of those of all Ingresses */
  of({ gone, come }: Delta<Claim>, secrets: Catalogue["secrets"]): KeptParts<Certificate> {
    const hosts = new Map([...gone, ...come].map(({ host }) => [host, this.#claims.get(host)?.[0]]));
    for (const [host, left] of Map.groupBy(gone, (one) => one.host)) {
      this.#claims.set(
        host,
        (this.#claims.get(host) ?? []).filter((one) => !left.includes(one)),
      );
    }
    for (const claim of come) this.#claims.set(claim.host, amongOlder(this.#claims.get(claim.host) ?? [], claim));
    const changed = new Set<string>();
    for (const [host, before] of hosts) this.#grant(host, before, changed);
    for (const secret of changed) this.#present(secret, secrets);
    return { get: (secret) => this.#certificates.get(secret), changed };
  }

  #grant(host: string, before: Claim | undefined, changed: Set<string>): void {
    const [holder, ...others] = this.#claims.get(host) ?? [];
    if (holder === undefined) this.#claims.delete(host);
    const problems = new Problems();
    if (holder !== undefined) for (const other of others) reportConflict(other, holder, problems);
    this.#notes.set(host, problems.found);
    if (holder === before) return;
    if (before !== undefined) {
      this.#granted.get(before.secret)?.delete(before);
      changed.add(before.secret);
    }
    if (holder !== undefined) {
      this.#granted.set(holder.secret, (this.#granted.get(holder.secret) ?? new Set()).add(holder));
      changed.add(holder.secret);
    }
  }

  #present(name: string, secrets: Catalogue["secrets"]): void {
    const granted = [...(this.#granted.get(name) ?? [])];
    const secret = secrets.get(name);
    const pair = granted[0]?.pair;
    if (secret === undefined || pair === undefined) {
      this.#certificates.delete(name);
      this.#granted.delete(name);
      return;
    }
    const serverNames = granted.map(({ host }) => host).toSorted();
    this.#certificates.set(name, { name, origin: originOf(secret), serverNames, ...pair });
  }
}

function reportConflict({ host, secret, pair, ingress, field }: Claim, holder: Claim, problems: Problems): void {
  // One certificate copied into several namespaces is no quarrel.
  const same =
    holder.pair.chain.trim() === pair.chain.trim() && holder.pair.privateKey.trim() === pair.privateKey.trim();
  if (holder.secret === secret || same) return;
  const other = namedWithPlace(originOf(holder.ingress, holder.field));
  problems.add({
    severity: "warning",
    code: "CertificateConflict",
    scope: "conflict",
    object: originOf(ingress, field),
    message: `host ${host} already has the certificate of Secret ${holder.secret} by ${other}; Secret ${secret} is not used for it`,
    remedy: "Name one Secret for the host",
  });
}
