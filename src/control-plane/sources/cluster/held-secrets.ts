import { difference } from "../../../snapshot/difference.ts";
import { describeOrigin } from "../../../snapshot/origin.ts";
import { keyOf } from "../../resources/resource-key.ts";
import type { Secret } from "../../resources/secret.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import { originOf } from "../../translate/place.ts";

/** Milliseconds that a certificate serves on after its Secret is gone: tools that renew delete and create. */
const SECRET_GRACE = 300_000;

/** Keeps certificates whose Secrets were deleted while Ingresses name them, for five minutes or until they are there again. */
export class HeldSecrets {
  #secrets: readonly Secret[] = [];
  /** How many of them have a name: one is followed by its name or as a certificate, and changes hands. */
  readonly #counts = new Map<string, number>();
  readonly #gone = new Map<string, { readonly secret: Secret; readonly until: number }>();

  /**
   * @param named those that Ingresses name @param now milliseconds, monotonic
   * @returns what to add to the Secrets that are there, and when to ask again at the latest
   */
  keep(
    secrets: readonly Secret[],
    named: ReadonlySet<string>,
    now: number,
  ): { readonly held: readonly Secret[]; readonly diagnostics: readonly Diagnostic[]; readonly until: number | null } {
    const { gone: left, come } = difference(this.#secrets, secrets);
    this.#secrets = secrets;
    for (const secret of left) this.#count(keyOf(secret), -1);
    for (const secret of come) this.#count(keyOf(secret), 1);
    for (const secret of left.filter(isCertificate)) {
      const key = keyOf(secret);
      if (named.has(key)) this.#gone.set(key, { secret, until: now + SECRET_GRACE });
    }
    // One of another type may be there instead.
    for (const [key, { until }] of this.#gone) {
      if (until <= now || this.#counts.has(key) || !named.has(key)) this.#gone.delete(key);
    }
    const gone = [...this.#gone.values()];
    return {
      held: gone.map(({ secret }) => secret),
      diagnostics: gone.map(({ secret }) => heldBack(secret)),
      until: gone.length === 0 ? null : Math.min(...gone.map(({ until }) => until)),
    };
  }

  #count(key: string, more: number): void {
    const count = (this.#counts.get(key) ?? 0) + more;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

function isCertificate({ type }: Secret): boolean {
  return type === "kubernetes.io/tls";
}

function heldBack(secret: Secret): Diagnostic {
  const object = originOf(secret);
  return {
    severity: "warning",
    code: "SecretGoneKeptForNow",
    scope: "reference",
    object,
    message: `${describeOrigin(object)} was deleted while Ingresses name it; its certificate stays in use for five minutes`,
    remedy: "Create it again, or take it out of spec.tls",
  };
}
