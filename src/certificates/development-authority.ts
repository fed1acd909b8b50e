import { X509Certificate } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { CertificatePair } from "../snapshot/pair.ts";
import { keepAuthority } from "./authority-folder.ts";
import type { KeptAuthority } from "./authority-folder.ts";
import { DAY, makeCertificate, validFor } from "./certificates.ts";
import { readSubjectNames } from "./subject-names.ts";
import type { SubjectName } from "./subject-names.ts";

/** Browsers refuse leaves that are valid for more than 398 days (CA/Browser Forum, Baseline Requirements §6.3.2). */
const LEAF_DAYS = 397;
const KEPT_LEAVES = 200;

/** Signs certificates for development, under a certificate of its own that a person can trust once (`curl --cacert`). */
export class DevelopmentAuthority {
  readonly #kept: KeptAuthority;
  readonly #end: Date;
  /** Kept for a day at most: no leaf is handed out that is near its end. */
  readonly #leaves = new LRUCache<string, Promise<CertificatePair>>({ max: KEPT_LEAVES, ttl: DAY });

  private constructor(kept: KeptAuthority) {
    this.#kept = kept;
    this.#end = new X509Certificate(kept.pair.chain).validToDate;
  }

  /**
   * Opens the authority kept in `stateFolder`, and makes it the first time or when the one there cannot sign any more (see `replaced`).
   * @throws {Error} of the file system when the folder cannot be written.
   */
  static async open(stateFolder: string): Promise<DevelopmentAuthority> {
    return new DevelopmentAuthority(await keepAuthority(stateFolder));
  }

  /** Path of the authority's certificate in PEM. */
  get certificateFile(): string {
    return this.#kept.certificateFile;
  }

  /** File and fault of an authority that was there and had to be replaced: whoever trusted it must trust the new one. Null otherwise. */
  get replaced(): string | null {
    return this.#kept.replaced;
  }

  /**
   * A certificate for all of `names` (DNS names, one-label wildcards, addresses), leaf first, then the authority. The same names get the same pair for a day.
   * @throws {RangeError} for no name, or one that is neither DNS name nor address.
   */
  async issue(names: readonly string[]): Promise<CertificatePair> {
    const subjects = readSubjectNames(names);
    const key = subjects.map((subject) => subject.value).join(" ");
    const kept = this.#leaves.get(key);
    if (kept !== undefined) return kept;
    const made = this.#make(subjects);
    this.#leaves.set(key, made);
    // A failure is told to whoever waits for it, and tried again by the next caller.
    made.catch(() => this.#leaves.delete(key));
    return made;
  }

  async #make(names: readonly SubjectName[]): Promise<CertificatePair> {
    const { validFrom, validTo } = validFor(LEAF_DAYS);
    const leaf = await makeCertificate({
      commonName: "ts-ingress development certificate",
      names,
      authority: false,
      validFrom,
      // A leaf does not outlive its authority.
      validTo: validTo < this.#end ? validTo : this.#end,
      signer: this.#kept.pair,
    });
    return { chain: leaf.chain + this.#kept.pair.chain, privateKey: leaf.privateKey };
  }
}
