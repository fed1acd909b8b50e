import { difference } from "../snapshot/difference.ts";
import { describeOrigin } from "../snapshot/origin.ts";
import { Remembered } from "./remembered.ts";
import { keyOf } from "./resources/resource-key.ts";
import type { Secret } from "./resources/secret.ts";
import { readCertificatePair } from "./translate/certificate-pair.ts";
import type { Diagnostic } from "./translate/diagnostic.ts";
import { originOf } from "./translate/place.ts";

/** What is known of a Secret: as it was judged last, and its pair when it was good last. */
interface Known {
  readonly secret: Secret;
  readonly problem: string | null;
  readonly good: Secret["data"] | null;
  /** What was put in the place of a broken one. */
  readonly instead: Secret | null;
}

interface Kept {
  readonly secrets: readonly Secret[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Remembers the last good pair of each TLS Secret, so that a broken renewal does not take a host off HTTPS. */
export class LastGoodSecrets {
  readonly #known = new Map<string, Known>();
  #secrets: readonly Secret[] = [];
  /** By each that is broken, what is put in its place. */
  readonly #broken = new Map<Secret, { readonly instead: Secret; readonly problem: string }>();
  readonly #kept = new Remembered<Kept>();

  /** Puts the last good data in place of broken data, where there is any. A Secret that is gone is forgotten. */
  keep(secrets: readonly Secret[]): Kept {
    return this.#kept.of([secrets], () => this.#keep(secrets));
  }

  #keep(secrets: readonly Secret[]): Kept {
    const { gone, come } = difference(this.#secrets, secrets);
    this.#secrets = secrets;
    for (const secret of come) this.#judge(secret);
    for (const secret of gone) {
      this.#broken.delete(secret);
      if (this.#known.get(keyOf(secret))?.secret === secret) this.#known.delete(keyOf(secret));
    }
    if (this.#broken.size === 0) return { secrets, diagnostics: [] };
    return {
      secrets: secrets.map((secret) => this.#broken.get(secret)?.instead ?? secret),
      diagnostics: Array.from(this.#broken, ([secret, { problem }]) => broken(secret, problem)),
    };
  }

  #judge(secret: Secret): void {
    const name = keyOf(secret);
    const latest = this.#known.get(name);
    const before = latest?.secret.type === secret.type ? latest : undefined;
    if (before === undefined && !claimsPair(secret)) {
      this.#known.delete(name);
      return;
    }
    const now = judge(secret, before);
    this.#known.set(name, now);
    const { instead, problem } = now;
    if (problem !== null && instead !== null) this.#broken.set(secret, { instead, problem });
  }
}

/** Others are users and passwords, authorities, whatever: nothing is missing in them. */
function claimsPair({ type, data }: Secret): boolean {
  return type === "kubernetes.io/tls" || (data["tls.crt"] !== undefined && data["tls.key"] !== undefined);
}

function judge(secret: Secret, before: Known | undefined): Known {
  const { data } = secret;
  // Reading a pair costs a millisecond.
  if (before?.problem === null && sameTls(before.secret.data, data)) return { ...before, secret };
  const read = readCertificatePair(secret);
  if ("pair" in read) return { secret, problem: null, good: pairOf(data), instead: null };
  const good = before?.good ?? null;
  // The pair alone: an authority that was taken out of ca.crt must not be trusted again.
  const instead = good === null ? null : { ...secret, data: { ...data, ...good } };
  return { secret, problem: read.problem, good, instead };
}

function pairOf({ "tls.crt": chain = "", "tls.key": privateKey = "" }: Secret["data"]): Secret["data"] {
  return { "tls.crt": chain, "tls.key": privateKey };
}

function sameTls(a: Secret["data"], b: Secret["data"]): boolean {
  return a["tls.crt"] === b["tls.crt"] && a["tls.key"] === b["tls.key"];
}

function broken(secret: Secret, problem: string): Diagnostic {
  const object = originOf(secret, ["data"]);
  return {
    severity: "error",
    code: "SecretBrokenKeptLastGood",
    scope: "object",
    object,
    message: `${describeOrigin(object)} ${problem}; its last good certificate stays in use`,
    remedy: "Correct tls.crt and tls.key: the old certificate serves only until this process restarts",
  };
}
