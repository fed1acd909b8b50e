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
  /** The certificates among them. */
  readonly #known = new Map<string, Secret>();
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
    const known = this.#known;
    const { gone: left, come } = difference(this.#secrets, secrets);
    this.#secrets = secrets;
    const leaving = left.filter(isCertificate);
    for (const secret of leaving) known.delete(keyOf(secret));
    for (const secret of come.filter(isCertificate)) known.set(keyOf(secret), secret);
    for (const secret of leaving) {
      const key = keyOf(secret);
      if (!known.has(key) && named.has(key)) this.#gone.set(key, { secret, until: now + SECRET_GRACE });
    }
    for (const [key, { until }] of this.#gone) {
      if (until <= now || known.has(key) || !named.has(key)) this.#gone.delete(key);
    }
    const gone = [...this.#gone.values()];
    return {
      held: gone.map(({ secret }) => secret),
      diagnostics: gone.map(({ secret }) => heldBack(secret)),
      until: gone.length === 0 ? null : Math.min(...gone.map(({ until }) => until)),
    };
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
