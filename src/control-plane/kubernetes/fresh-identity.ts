import type { Timers } from "../timers.ts";
import type { Credentials, Identity } from "./credentials.ts";

/** Milliseconds after which credentials are read again, as client-go does: the kubelet replaces tokens long before they end. */
const READ_AGAIN = 60_000;

/** Remembers who we are for a minute; whoever was refused may have it read anew, once for all who were refused alike. */
export class FreshIdentity {
  readonly #credentials: Credentials;
  readonly #timers: Timers;
  #known: { readonly identity: Identity; readonly at: number } | null = null;
  #reading: Promise<Identity> | null = null;

  constructor(credentials: Credentials, timers: Timers) {
    this.#credentials = credentials;
    this.#timers = timers;
  }

  /** @throws {CredentialsProblem} */
  async get(): Promise<Identity> {
    const known = this.#known;
    if (known !== null && this.#timers.now() - known.at < READ_AGAIN) return known.identity;
    return this.#read(false);
  }

  /** What to try after `refused` was. @throws {CredentialsProblem} */
  async renew(refused: Identity): Promise<Identity> {
    const known = this.#known;
    return known === null || known.identity === refused ? this.#read(true) : known.identity;
  }

  #read(renew: boolean): Promise<Identity> {
    this.#reading ??= this.#credentials
      .identify(renew)
      .then((identity) => {
        this.#known = { identity, at: this.#timers.now() };
        return identity;
      })
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }
}
