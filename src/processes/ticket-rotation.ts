import { randomBytes } from "node:crypto";
import type { Clock } from "../data-plane/clock.ts";

/** Octets that Node makes the keys of session tickets of: a name, a key to sign with, a key to encrypt with. */
const LENGTH = 48;

/** Milliseconds until other keys are taken: who gets hold of some can read what was said over TLS 1.2 for so long. */
const PERIOD = 12 * 3_600_000;

/**
 * The keys of session tickets, which all data planes of a gateway share: what a client began at one of them, each of them resumes. They are made
 * here, are kept in memory alone, and are replaced from time to time.
 */
export class TicketRotation {
  #keys = randomBytes(LENGTH);
  readonly #stop: () => void;

  /** @param onRotated called with the keys that are to be used from now on */
  constructor(clock: Clock, onRotated: (keys: Uint8Array) => void) {
    this.#stop = clock.every(PERIOD, () => {
      this.#keys = randomBytes(LENGTH);
      onRotated(this.#keys);
    });
  }

  get keys(): Uint8Array {
    return this.#keys;
  }

  close(): void {
    this.#stop();
  }
}
