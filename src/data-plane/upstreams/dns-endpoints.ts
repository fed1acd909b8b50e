import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { isOffLimits } from "../../off-limits.ts";
import type { Endpoint } from "../../snapshot/upstream.ts";
import { Failed } from "../exchange/failure.ts";
import { systemLookup } from "./system-lookup.ts";

/** Seconds an answer is used that has no time to live of its own (hosts files, search domains). */
const DEFAULT_TTL = 30;
const MIN_TTL = 1;
const MAX_TTL = 3600;
/** Milliseconds before a failed query is tried again while an older answer serves, and that a request waits for a newer one. */
const PATIENCE = 1000;
/** Milliseconds that a request waits for the first answer. */
const FIRST_PATIENCE = 5000;

/** Who is asked: name servers, whose answers tell their time to live, then the system, which knows hosts files and search domains. */
export interface NameSources {
  readonly servers: Pick<Resolver, "resolve4" | "resolve6">;
  readonly lookup: (name: string) => Promise<readonly { readonly address: string }[]>;
}

function systemNames(): NameSources {
  return {
    servers: new Resolver({ timeout: 2000, tries: 2 }),
    lookup: systemLookup,
  };
}

export interface DnsName {
  /** A dot at its end does not count. */
  readonly name: string;
  readonly port: number;
  readonly allowLoopback: boolean;
  /** Called with each answer, also with one that nobody waits for. */
  readonly onResolved?: (endpoints: readonly Endpoint[]) => void;
  readonly sources?: NameSources;
}

/** The endpoints behind a DNS name (a Service of type ExternalName), resolved when needed and kept for the records' time to live. */
export class DnsEndpoints {
  readonly #name: string;
  readonly #port: number;
  readonly #allowLoopback: boolean;
  readonly #onResolved: (endpoints: readonly Endpoint[]) => void;
  readonly #sources: NameSources;
  #now = 0;
  #expiresAt = -Infinity;
  #last: readonly Endpoint[] | null = null;
  /** The answer of the query under way, or what a request gets when it is slow. */
  #running: Promise<readonly Endpoint[]> | null = null;
  /** The last query took longer than a request waits. */
  #slow = false;

  constructor({ name, port, allowLoopback, onResolved = () => {}, sources = systemNames() }: DnsName) {
    this.#name = name.replace(/\.$/, "");
    this.#port = port;
    this.#allowLoopback = allowLoopback;
    this.#onResolved = onResolved;
    this.#sources = sources;
  }

  serves(name: string, port: number): boolean {
    return name.replace(/\.$/, "") === this.#name && port === this.#port;
  }

  /**
   * @param now milliseconds of the data plane's clock
   * @returns null while the last answer is good enough; else a promise of the endpoints, which rejects with name_not_resolved or name_refused.
   * Concurrent callers share one query. When a later query fails or is slow the last answer stays in use;
   * while it is slow one request waits, for a second.
   */
  refresh(now: number): Promise<readonly Endpoint[]> | null {
    this.#now = now;
    if (now < this.#expiresAt) return null;
    const wasSlow = this.#slow;
    this.#running ??= this.#ask();
    return this.#last !== null && wasSlow ? null : this.#running;
  }

  #ask(): Promise<readonly Endpoint[]> {
    const patience = this.#last === null ? FIRST_PATIENCE : PATIENCE;
    const late = Promise.withResolvers<readonly Endpoint[]>();
    let isLate = false;
    const timer = setTimeout(() => {
      this.#slow = isLate = true;
      if (this.#last !== null) late.resolve(this.#last);
      else late.reject(new Failed("name_not_resolved", `no answer for ${this.#name} within ${patience / 1000} s`));
    }, patience);
    const answer = this.#answer().finally(() => {
      clearTimeout(timer);
      this.#slow = isLate;
      this.#running = null;
    });
    const inTime = Promise.race([answer, late.promise]);
    // Nobody may be waiting.
    for (const promise of [answer, late.promise, inTime]) promise.catch(() => undefined);
    return inTime;
  }

  async #answer(): Promise<readonly Endpoint[]> {
    try {
      const endpoints = await this.#query();
      this.#onResolved(endpoints);
      return endpoints;
    } catch (error) {
      if (this.#last === null) throw error;
      this.#expiresAt = this.#now + PATIENCE;
      return this.#last;
    }
  }

  async #query(): Promise<readonly Endpoint[]> {
    const answer = await this.#resolve();
    if (answer.addresses.length === 0) throw new Failed("name_not_resolved", `${this.#name} has no address`);
    const allowed = this.#allowLoopback
      ? answer.addresses
      : answer.addresses.filter((address) => !isOffLimits(address));
    if (allowed.length === 0) {
      throw new Failed(
        "name_refused",
        `${this.#name} leads to ${answer.addresses.join(", ")}, which is loopback, link-local or a metadata service`,
      );
    }
    this.#expiresAt = this.#now + Math.min(MAX_TTL, Math.max(MIN_TTL, answer.ttl)) * 1000;
    this.#last = allowed.map((address) => ({ address, port: this.#port }));
    return this.#last;
  }

  async #resolve(): Promise<{ readonly addresses: readonly string[]; readonly ttl: number }> {
    if (isIP(this.#name) !== 0) return { addresses: [this.#name], ttl: MAX_TTL };
    const records = await this.#records();
    if (records.length > 0) {
      return {
        addresses: records.map((record) => record.address),
        ttl: Math.min(...records.map((record) => record.ttl)),
      };
    }
    try {
      const found = await this.#sources.lookup(this.#name);
      return { addresses: found.map((record) => record.address), ttl: DEFAULT_TTL };
    } catch (error) {
      throw new Failed("name_not_resolved", `${this.#name}: ${(error as Error).message}`);
    }
  }

  /** Both families; none for a name without a dot, which only hosts files and search domains know. */
  async #records(): Promise<readonly { readonly address: string; readonly ttl: number }[]> {
    if (!this.#name.includes(".")) return [];
    const answers = await Promise.allSettled([
      this.#sources.servers.resolve4(this.#name, { ttl: true }),
      this.#sources.servers.resolve6(this.#name, { ttl: true }),
    ]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  }
}
