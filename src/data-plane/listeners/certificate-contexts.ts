import type { SecureContext } from "node:tls";
import { LRUCache } from "lru-cache";
import type { Certificate } from "../../snapshot/certificate.ts";
import { describeOrigin } from "../../snapshot/origin.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import { RevisionsOfKind } from "../../snapshot/revisions.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import { ServerNames } from "./server-names.ts";

export interface CertificateContextsOptions {
  /** Contexts kept at once. */
  readonly capacity: number;
  /** Throws when the pair is refused. */
  readonly build: (pair: CertificatePair) => SecureContext;
  readonly onProblem: (message: string) => void;
}

/** One revision of one certificate. */
interface Entry {
  readonly certificate: Certificate;
  readonly revision: string | undefined;
  state: "untried" | "good" | "refused";
  /** The last revision before this one that is not known to be bad. Let go as soon as this one has proven good. */
  fallback: Certificate | null;
}

/**
 * The secure contexts of the snapshot's certificates. Each is built when the first client asks for it (0.2 ms, 27 to 38 KiB), once a revision.
 * A certificate whose new revision is refused goes on with its last good one.
 */
export class CertificateContexts {
  readonly #options: CertificateContextsOptions;
  readonly #contexts: LRUCache<Entry, SecureContext>;
  #entries = new Map<string, Entry>();
  #revisions = RevisionsOfKind.none;
  #names = new ServerNames<Entry>([]);
  #default: Entry | null = null;

  constructor(options: CertificateContextsOptions) {
    this.#options = options;
    this.#contexts = new LRUCache({ max: options.capacity });
  }

  /** Swaps all certificates at once. Contexts of unchanged ones stay; those in use by a connection live as long as it does. */
  apply({ certificates, revisions }: Pick<RoutingSnapshot, "certificates" | "revisions">): void {
    if (revisions.certificates === this.#revisions) return;
    this.#revisions = revisions.certificates;
    const entries = new Map<string, Entry>();
    for (const certificate of certificates) {
      const revision = revisions.certificates.get(certificate.name);
      const old = this.#entries.get(certificate.name);
      if (old !== undefined && revision !== undefined && old.revision === revision) {
        entries.set(certificate.name, old);
        continue;
      }
      const fallback = old === undefined ? null : this.#lastGood(old);
      entries.set(certificate.name, { certificate, revision, state: "untried", fallback });
    }
    this.#names = new ServerNames([...entries.values()].map((entry) => [entry.certificate, entry] as const));
    this.#default = [...entries.values()].find(({ certificate }) => certificate.isDefault === true) ?? null;
    for (const [name, old] of this.#entries) {
      if (entries.get(name) !== old) this.#contexts.delete(old);
    }
    this.#entries = entries;
  }

  /**
   * @param serverName as readServerName returns it; null where the client sends none.
   * @returns null when no certificate is meant for this name and none is the default, or none that works.
   */
  find(serverName: string | null): SecureContext | null {
    return this.#working(serverName)?.context ?? null;
  }

  /** The pair of the context that `find` finds. */
  findPair(serverName: string | null): CertificatePair | null {
    const entry = this.#working(serverName)?.entry;
    if (entry === undefined) return null;
    return entry.state === "refused" ? entry.fallback : entry.certificate;
  }

  /** The name of the certificate that is meant for a server name, whether it works or not; null for none. */
  nameFor(serverName: string): string | null {
    return this.#names.find(serverName)?.certificate.name ?? null;
  }

  /** Has all contexts built anew, each when the next client asks for it. */
  forget(): void {
    this.#contexts.clear();
    for (const entry of this.#entries.values()) if (entry.state === "refused") entry.state = "untried";
  }

  close(): void {
    const { none } = RevisionsOfKind;
    this.apply({ certificates: [], revisions: { virtualHosts: none, upstreams: none, certificates: none } });
  }

  #working(serverName: string | null): { readonly entry: Entry; readonly context: SecureContext } | null {
    for (const entry of [serverName === null ? null : this.#names.find(serverName), this.#default]) {
      const context = entry === null ? null : this.#contextOf(entry);
      if (entry !== null && context !== null) return { entry, context };
    }
    return null;
  }

  #contextOf(entry: Entry): SecureContext | null {
    const kept = this.#contexts.get(entry);
    if (kept !== undefined) return kept;
    const built = this.#buildNow(entry) ?? this.#buildFallback(entry);
    if (built !== null) this.#contexts.set(entry, built);
    return built;
  }

  #buildNow(entry: Entry): SecureContext | null {
    // Refused once is refused for good: clients must not make us try, and say so, again and again.
    if (entry.state === "refused") return null;
    try {
      const built = this.#options.build(entry.certificate);
      entry.state = "good";
      entry.fallback = null;
      return built;
    } catch (error) {
      entry.state = "refused";
      const instead = entry.fallback === null ? "the default certificate is served" : "the last good one stays in use";
      this.#options.onProblem(`${describe(entry.certificate)} is refused (${reason(error)}); ${instead}`);
      return null;
    }
  }

  #buildFallback(entry: Entry): SecureContext | null {
    if (entry.fallback === null) return null;
    try {
      return this.#options.build(entry.fallback);
    } catch {
      // No client had asked for that one either, so that nobody knew. The refusal of the newer one has been told.
      entry.fallback = null;
      return null;
    }
  }

  #lastGood(entry: Entry): Certificate | null {
    // Changed twice before any client came: try it now, or a good one further back could be lost.
    if (entry.state === "untried" && entry.fallback !== null) this.#buildNow(entry);
    return entry.state === "refused" ? entry.fallback : entry.certificate;
  }
}

function describe(certificate: Certificate): string {
  return `certificate ${certificate.name} of ${describeOrigin(certificate.origin)}`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
