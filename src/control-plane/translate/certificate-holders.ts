import type { Certificate } from "../../snapshot/certificate.ts";
import { Remembered, sameElements } from "../remembered.ts";
import type { Secret } from "../resources/secret.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Claim } from "./certificates.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { namedWithPlace, originOf } from "./place.ts";
import { Problems } from "./problems.ts";

interface Presented {
  readonly secret: Secret;
  readonly certificate: Certificate;
}

interface Held {
  readonly certificates: readonly Certificate[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives each server name to the first Ingress that claims it. A certificate of the same Secret for the same names is the same as before. */
export class CertificateHolders {
  readonly #held = new Remembered<Held>();
  #known = new Map<string, Presented>();

  /** @param claims those of the oldest Ingress first */
  of(claims: readonly Claim[], secrets: Catalogue["secrets"]): Held {
    return this.#held.of([claims, secrets], () => this.#hold(claims, secrets));
  }

  #hold(claims: readonly Claim[], secrets: Catalogue["secrets"]): Held {
    const problems = new Problems();
    const held = new Map<string, Claim>();
    for (const claim of claims) {
      const holder = held.get(claim.host);
      if (holder === undefined) held.set(claim.host, claim);
      else reportConflict(claim, holder, problems);
    }
    const presented = new Map<string, Presented>();
    for (const [name, granted] of Map.groupBy(held.values(), ({ secret }) => secret)) {
      const secret = secrets.get(name);
      const pair = granted[0]?.pair;
      if (secret === undefined || pair === undefined) continue;
      const serverNames = granted.map(({ host }) => host).toSorted();
      const before = this.#known.get(name);
      const same = before?.secret === secret && sameElements(before.certificate.serverNames, serverNames);
      presented.set(
        name,
        same ? before : { secret, certificate: { name, origin: originOf(secret), serverNames, ...pair } },
      );
    }
    this.#known = presented;
    const certificates = Array.from(presented.values(), ({ certificate }) => certificate);
    return { certificates, diagnostics: problems.found };
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
