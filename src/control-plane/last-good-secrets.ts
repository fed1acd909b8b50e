import { describeOrigin } from "../snapshot/origin.ts";
import { keyOf } from "./resources/resource-key.ts";
import type { Secret } from "./resources/secret.ts";
import { readCertificatePair } from "./translate/certificate-pair.ts";
import type { Diagnostic } from "./translate/diagnostic.ts";
import { originOf } from "./translate/place.ts";

/** What is known of a Secret: as it was judged last, and its pair when it was good last. */
interface Known {
  readonly data: Secret["data"];
  readonly problem: string | null;
  readonly good: Secret["data"] | null;
}

/** Remembers the last good pair of each TLS Secret, so that a broken renewal does not take a host off HTTPS. */
export class LastGoodSecrets {
  #known = new Map<string, Known>();

  /** Puts the last good data in place of broken data, where there is any. A Secret that is gone is forgotten. */
  keep(secrets: readonly Secret[]): {
    readonly secrets: readonly Secret[];
    readonly diagnostics: readonly Diagnostic[];
  } {
    const known = new Map<string, Known>();
    const diagnostics: Diagnostic[] = [];
    const kept = secrets.map((secret) => {
      if (secret.type !== "kubernetes.io/tls") return secret;
      const name = keyOf(secret);
      const now = judge(secret, this.#known.get(name));
      known.set(name, now);
      if (now.problem === null || now.good === null) return secret;
      diagnostics.push(broken(secret, now.problem));
      // The pair alone: an authority that was taken out of ca.crt must not be trusted again.
      return { ...secret, data: { ...secret.data, ...now.good } };
    });
    this.#known = known;
    return { secrets: kept, diagnostics };
  }
}

function judge(secret: Secret, before: Known | undefined): Known {
  const { data } = secret;
  // Reading a pair costs a millisecond, and every change of anything comes by here.
  if (before !== undefined && sameTls(before.data, data)) return before;
  const read = readCertificatePair(secret);
  if ("pair" in read) return { data, problem: null, good: pairOf(data) };
  return { data, problem: read.problem, good: before?.good ?? null };
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
