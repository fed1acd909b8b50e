import type { FailureName } from "../../exchange/failure.ts";
import { ejectionTime, FAILURES_TO_EJECT, HEALTHY_TIME, PROBE_PATIENCE } from "./ejection.ts";
import { blamesEndpoint } from "./endpoint-failures.ts";

/** What an endpoint's health needs of its upstream's. */
export interface HealthWatch {
  /** Milliseconds of the data plane's clock; may be as coarse as its deadlines. */
  readonly now: number;
  readonly mayEject: boolean;
  ejected(health: EndpointHealth, failure: FailureName, time: number): void;
  returned(health: EndpointHealth): void;
}

/**
 * What is known of one endpoint from the requests it served. It is ejected after failing several times in a row. When its time is up one
 * request probes it: if that fails too the endpoint is ejected again, for longer; if it is answered the endpoint is in use again, and on
 * trial until a response was complete.
 */
export class EndpointHealth {
  /** "10.0.0.7:8080" */
  readonly name: string;
  /** Failures in a row. */
  failures = 0;
  ejected = false;
  /** When an ejected endpoint may be tried, in the clock's milliseconds; Infinity while it is not ejected. */
  tryAt = Infinity;
  readonly #watch: HealthWatch;
  /** Ejections since it was last healthy for long. */
  #ejections = 0;
  #ejectedAt = -Infinity;
  #returnedAt = -Infinity;
  #probed = false;

  constructor(name: string, watch: HealthWatch) {
    this.name = name;
    this.#watch = watch;
  }

  /** The next request is the probe. Another is let through when this one tells nothing in time. */
  probe(): void {
    this.#probed = true;
    this.tryAt = this.#watch.now + PROBE_PATIENCE;
  }

  /** The head of a response has come. @param since when its request began */
  answered(since: number): void {
    if (this.ejected && since > this.#ejectedAt) this.#return();
  }

  /** A response was complete. @param since when its request began */
  succeeded(since: number): void {
    if (this.failures === 0 || since <= this.#ejectedAt) return;
    this.answered(since);
    this.failures = 0;
  }

  /** A request failed. @param since when it began: what began before an ejection is what led to it, and tells nothing new */
  failed(failure: FailureName, since: number): void {
    if (since <= this.#ejectedAt || !blamesEndpoint(failure)) return;
    this.failures += 1;
    const tooOften = this.failures >= FAILURES_TO_EJECT && this.#watch.mayEject;
    // Not probed, yet tried: because there is no other. That must not make it wait longer.
    if (this.ejected ? this.#probed : tooOften) this.#eject(failure);
  }

  #eject(failure: FailureName): void {
    const { now } = this.#watch;
    if (!this.ejected && now - this.#returnedAt >= HEALTHY_TIME) this.#ejections = 0;
    this.#ejections += 1;
    const time = ejectionTime(this.#ejections);
    this.ejected = true;
    this.#probed = false;
    this.#ejectedAt = now;
    this.tryAt = now + time;
    this.#watch.ejected(this, failure, time);
  }

  #return(): void {
    this.ejected = false;
    this.#probed = false;
    this.tryAt = Infinity;
    this.#returnedAt = this.#watch.now;
    this.failures = FAILURES_TO_EJECT - 1;
    this.#watch.returned(this);
  }
}
