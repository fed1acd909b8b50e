import type { SecureContext, SecureContextOptions, TlsOptions } from "node:tls";
import { LRUCache } from "lru-cache";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import type { TlsSetting } from "../../snapshot/serving-setting.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import { CertificateContexts } from "./certificate-contexts.ts";
import { readServerName } from "./server-names.ts";
import { askingSettings, buildSecureContext, serverSettings, settingsOf } from "./tls-settings.ts";

export interface TlsContextsOptions {
  /**
   * The certificate for a server name that no certificate of the snapshot is meant for (lower case, at most 253 characters, chosen by the client), or
   * with null for clients that send none or none that is a DNS name. Asked once a name while its answer is kept; a rejection fails that handshake only.
   */
  readonly defaultCertificate: (serverName: string | null) => Promise<CertificatePair>;
  /** How many contexts are kept, of the snapshot's certificates and of default ones each. Default 1000 (about 30 MB). */
  readonly capacity?: number;
  /** A certificate of the snapshot that is refused, told once a revision, when the first client asks for it. */
  readonly onProblem?: (message: string) => void;
  /** Makes the context of a pair, or throws; the one of tls-settings.ts unless given. */
  readonly build?: (pair: CertificatePair) => SecureContext;
}

type MakeContext = (pair: CertificatePair) => SecureContext;
type Answer = (error: Error | null, context?: SecureContext) => void;

/** Picks the certificate of each handshake by server name: exact, then wildcard, then the default of the snapshot, then ours. A connection keeps what it began with. */
export class TlsContexts {
  readonly #defaultCertificate: (serverName: string | null) => Promise<CertificatePair>;
  readonly #build: (pair: CertificatePair) => SecureContext;
  readonly #capacity: number;
  readonly #certificates: CertificateContexts;
  readonly #defaults: LRUCache<string, Promise<CertificatePair>>;
  /** Names are the client's to invent: one pair for all of them must not mean one context for each. */
  #builtDefaults = new WeakMap<CertificatePair, SecureContext>();
  #set: SecureContextOptions = {};
  #nameless: CertificatePair | null = null;

  constructor(options: TlsContextsOptions) {
    const { defaultCertificate, capacity = 1000, onProblem = () => {} } = options;
    const build = options.build ?? ((pair: CertificatePair) => buildSecureContext(pair, this.#set));
    this.#defaultCertificate = defaultCertificate;
    this.#build = build;
    this.#capacity = capacity;
    this.#certificates = new CertificateContexts({ capacity, build, onProblem });
    this.#defaults = new LRUCache({ max: capacity });
  }

  /** Fetches the certificate for clients without server name. Comes before secureOptions(), once. Rejects as `defaultCertificate(null)` does. */
  async prepare(): Promise<void> {
    this.#nameless = await this.#defaultCertificate(null);
  }

  /** Swaps the snapshot's certificates for the handshakes that come from now on. */
  apply(snapshot: Pick<RoutingSnapshot, "certificates" | "revisions">): void {
    this.#certificates.apply(snapshot);
  }

  /** For contexts that are built from now on; those that are kept are let go. @param setting undefined: as ever */
  use(setting: TlsSetting | undefined): void {
    this.#set = settingsOf(setting ?? {});
    this.#builtDefaults = new WeakMap();
    this.#certificates.forget();
  }

  /**
   * The pair for clients that send no server name, as of now.
   * @throws {Error} before prepare().
   */
  get nameless(): CertificatePair {
    return this.#certificates.findPair(null) ?? this.#namelessPair();
  }

  /**
   * What `tls.createServer` is called with.
   * @throws {Error} before prepare().
   */
  secureOptions(): TlsOptions {
    const settings = { ...serverSettings(this.nameless), ...this.#set };
    return { ...settings, SNICallback: (raw, answer) => this.#answer(raw, null, answer) };
  }

  /**
   * The same for hosts that ask their clients for certificates.
   * @throws {Error} before prepare(), and where OpenSSL does not take the authorities
   */
  askingOptions(asked: ClientCertificates): TlsOptions {
    const settings = { ...this.#set, ...askingSettings(asked) };
    const built = new LRUCache<CertificatePair, SecureContext>({ max: this.#capacity });
    const contextFor = (pair: CertificatePair): SecureContext => {
      const context = built.get(pair) ?? buildSecureContext(pair, settings);
      built.set(pair, context);
      return context;
    };
    return {
      ...serverSettings(this.nameless),
      ...settings,
      requestCert: true,
      // Whoever is not accepted is told so by the answer to the first request.
      rejectUnauthorized: false,
      SNICallback: (raw, answer) => this.#answer(raw, contextFor, answer),
    };
  }

  /** The name of the snapshot's certificate for a server name; null where the default is presented. @param serverName as readServerName returns it */
  certificateFor(serverName: string): string | null {
    return this.#certificates.nameFor(serverName);
  }

  /** Lets all contexts and keys go. Handshakes that come later get the default certificate. */
  close(): void {
    this.#certificates.close();
    this.#defaults.clear();
  }

  /** Never throws: an exception in an SNICallback can end the process (CVE-2026-21637). @param special makes the contexts, where they are not the usual */
  #answer(raw: string, special: MakeContext | null, callback: Answer): void {
    const answer: Answer = (error, context) => {
      try {
        callback(error, context);
      } catch {
        // The connection has gone away meanwhile: nobody is left to be answered.
      }
    };
    try {
      const chosen = special === null ? this.#choose(raw) : this.#choosePair(raw);
      const finish = (found: SecureContext | CertificatePair): void =>
        answer(null, "chain" in found ? (special ?? this.#makeDefault)(found) : found);
      if (chosen instanceof Promise) {
        chosen.then(finish).catch((error: unknown) => answer(asError(error)));
      } else {
        finish(chosen);
      }
    } catch (error) {
      answer(asError(error));
    }
  }

  #choose(raw: string): SecureContext | CertificatePair | Promise<CertificatePair> {
    const serverName = readServerName(raw);
    return this.#certificates.find(serverName) ?? this.#defaultFor(serverName);
  }

  #choosePair(raw: string): CertificatePair | Promise<CertificatePair> {
    const serverName = readServerName(raw);
    return this.#certificates.findPair(serverName) ?? this.#defaultFor(serverName);
  }

  #defaultFor(serverName: string | null): CertificatePair | Promise<CertificatePair> {
    if (serverName === null) return this.#namelessPair();
    const kept = this.#defaults.get(serverName);
    if (kept !== undefined) return kept;
    // Built at once: a pair that OpenSSL refuses must not be kept.
    const asked = this.#defaultCertificate(serverName).then((pair) => {
      this.#makeDefault(pair);
      return pair;
    });
    this.#defaults.set(serverName, asked);
    // The next client may have more luck.
    asked.catch(() => this.#defaults.delete(serverName));
    return asked;
  }

  readonly #makeDefault: MakeContext = (pair) => {
    const built = this.#builtDefaults.get(pair) ?? this.#build(pair);
    this.#builtDefaults.set(pair, built);
    return built;
  };

  #namelessPair(): CertificatePair {
    if (this.#nameless === null) throw new Error("prepare() must come before the first handshake");
    return this.#nameless;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
