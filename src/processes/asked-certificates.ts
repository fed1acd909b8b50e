import { LRUCache } from "lru-cache";
import type { CertificatePair } from "../snapshot/pair.ts";

/** Pairs remembered, so that one pair for many names stays one object (and one TLS context). */
const REMEMBERED = 1000;

/** Milliseconds that a handshake waits for a primary that stands still; handshakes that come then do not wait. */
const PATIENCE = 2000;

/** Default certificates, as a worker gets them: from the primary, which alone can make them. */
export class AskedCertificates {
  readonly #tell: (ask: number, serverName: string | null) => void;
  readonly #pending = new Map<number, PromiseWithResolvers<CertificatePair>>();
  readonly #pairs = new LRUCache<string, CertificatePair>({ max: REMEMBERED });
  /** The certificate for clients without a server name: better than none when there is nobody to ask. */
  #nameless: CertificatePair | null = null;
  /** Names have certificates of their own: the one without a name would be remembered as theirs. */
  #varied = false;
  /** The primary has not answered for too long. */
  #silent = false;
  #asked = 0;
  #closed = false;

  constructor(tell: (ask: number, serverName: string | null) => void) {
    this.#tell = tell;
  }

  /** @param serverName as `DataPlaneOptions.defaultCertificate` has it; rejects with what the primary says, or when it is gone and never said anything */
  ask(serverName: string | null): Promise<CertificatePair> {
    const instead = this.#instead;
    if ((this.#closed || this.#silent) && instead !== null) return Promise.resolve(instead);
    if (this.#closed) return Promise.reject(gone());
    const asked = Promise.withResolvers<CertificatePair>();
    this.#asked += 1;
    const ask = this.#asked;
    this.#pending.set(ask, asked);
    this.#tell(ask, serverName);
    if (serverName === null) void asked.promise.then((pair) => (this.#nameless = pair)).catch(() => undefined);
    const late = setTimeout(() => this.#late(ask), PATIENCE).unref();
    return asked.promise.finally(() => clearTimeout(late));
  }

  answered(ask: number, answer: CertificatePair | { readonly problem: string }): void {
    this.#silent = false;
    const asked = this.#pending.get(ask);
    this.#pending.delete(ask);
    if ("problem" in answer) return asked?.reject(new Error(answer.problem));
    const pair = this.#pairs.get(answer.chain) ?? answer;
    this.#pairs.set(answer.chain, pair);
    this.#varied ||= this.#nameless !== null && pair !== this.#nameless;
    asked?.resolve(pair);
  }

  /** Nobody is there to ask any more. */
  close(): void {
    this.#closed = true;
    const pair = this.#nameless;
    for (const asked of this.#pending.values()) {
      if (pair === null) asked.reject(gone());
      else asked.resolve(pair);
    }
    this.#pending.clear();
  }

  /** What is better than no certificate at all; null where there is nothing. */
  get #instead(): CertificatePair | null {
    return this.#closed || !this.#varied ? this.#nameless : null;
  }

  #late(ask: number): void {
    const pair = this.#instead;
    const asked = this.#pending.get(ask);
    if (pair === null || asked === undefined) return;
    this.#silent = true;
    this.#pending.delete(ask);
    asked.resolve(pair);
  }
}

function gone(): Error {
  return new Error("the primary is gone, which makes default certificates");
}
