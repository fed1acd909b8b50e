import { LRUCache } from "lru-cache";
import type { CertificatePair } from "../snapshot/pair.ts";

/** Pairs remembered, so that one pair for many names stays one object (and one TLS context). */
const REMEMBERED = 1000;

/** Default certificates, as a worker gets them: from the primary, which alone can make them. */
export class AskedCertificates {
  readonly #tell: (ask: number, serverName: string | null) => void;
  readonly #pending = new Map<number, PromiseWithResolvers<CertificatePair>>();
  readonly #pairs = new LRUCache<string, CertificatePair>({ max: REMEMBERED });
  /** The certificate for clients without a server name: better than none when there is nobody to ask. */
  #nameless: Promise<CertificatePair> | null = null;
  #asked = 0;
  #closed = false;

  constructor(tell: (ask: number, serverName: string | null) => void) {
    this.#tell = tell;
  }

  /** @param serverName as `DataPlaneOptions.defaultCertificate` has it; rejects with what the primary says, or when it is gone and never said anything */
  ask(serverName: string | null): Promise<CertificatePair> {
    if (this.#closed) return this.#nameless ?? Promise.reject(gone());
    const asked = Promise.withResolvers<CertificatePair>();
    this.#asked += 1;
    this.#pending.set(this.#asked, asked);
    this.#tell(this.#asked, serverName);
    if (serverName === null) this.#nameless = asked.promise;
    return asked.promise;
  }

  answered(ask: number, answer: CertificatePair | { readonly problem: string }): void {
    const asked = this.#pending.get(ask);
    this.#pending.delete(ask);
    if ("problem" in answer) return asked?.reject(new Error(answer.problem));
    const pair = this.#pairs.get(answer.chain) ?? answer;
    this.#pairs.set(answer.chain, pair);
    asked?.resolve(pair);
  }

  /** Nobody is there to ask any more. */
  close(): void {
    this.#closed = true;
    for (const asked of this.#pending.values()) asked.reject(gone());
    this.#pending.clear();
  }
}

function gone(): Error {
  return new Error("the primary is gone, which makes default certificates");
}
