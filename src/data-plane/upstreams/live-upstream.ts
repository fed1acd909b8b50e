import { hasTls, type Endpoint, type Upstream } from "../../snapshot/upstream.ts";
import { Failed } from "../exchange/failure.ts";
import { type Balancer, RoundRobin } from "./balancer.ts";
import { DnsEndpoints } from "./dns-endpoints.ts";
import { UpstreamHealth } from "./health/health.ts";
import { RetryBudget } from "./health/retry-budget.ts";
import { type EndpointSurroundings, LiveEndpoint, type Speech } from "./live-endpoint.ts";
import { TlsToUpstream } from "./tls-to-upstream.ts";
import type { UpstreamStatus } from "./upstream-status.ts";

/** An upstream of the current snapshot with its living endpoints. */
export class LiveUpstream {
  readonly name: string;
  readonly retries: RetryBudget;
  readonly #surroundings: EndpointSurroundings;
  readonly #allowLoopbackNames: boolean;
  readonly #balancer: Balancer = new RoundRobin();
  readonly #health: UpstreamHealth<LiveEndpoint>;
  #upstream: Upstream;
  #speech: Speech;
  #endpoints: readonly LiveEndpoint[] = [];
  #dns: DnsEndpoints | null = null;

  constructor(upstream: Upstream, surroundings: EndpointSurroundings, allowLoopbackNames: boolean) {
    this.name = upstream.name;
    this.#surroundings = surroundings;
    this.#allowLoopbackNames = allowLoopbackNames;
    this.#upstream = upstream;
    this.#speech = speechOf(upstream);
    const { deadlines, onHealthChange } = surroundings;
    this.retries = new RetryBudget(deadlines);
    this.#health = new UpstreamHealth(upstream.name, deadlines, onHealthChange ?? (() => {}));
    this.apply(upstream);
  }

  /** The scheme in which HTTP/2 is spoken to it; null for HTTP/1. */
  get http2(): "http" | "https" | null {
    const { protocol } = this.#upstream;
    return protocol === "h2c" ? "http" : protocol === "h2" ? "https" : null;
  }

  /** Takes a new list; an endpoint that stays keeps its connections and its health, unless it is spoken to in another way. */
  apply(upstream: Upstream): void {
    const { addressing } = upstream;
    const same = isSpokenToAlike(upstream, this.#upstream);
    if (!same) this.#speech = speechOf(upstream);
    this.#upstream = upstream;
    if (addressing.kind === "endpoints") {
      this.#dns = null;
      this.#replace(addressing.endpoints, same);
      return;
    }
    if (!same) this.#replace([], false);
    if (this.#dns === null || !same || !this.#dns.serves(addressing.name, addressing.port)) {
      this.#dns = this.#follow(addressing);
    }
  }

  /** To be awaited before `choose` when it is not null: a name that was never resolved, or not lately. */
  resolving(): Promise<void> | null {
    const due = this.#dns?.refresh(this.#surroundings.deadlines.now) ?? null;
    return due === null ? null : due.then(() => undefined);
  }

  /**
   * An endpoint that is not among those tried already; null when all were. One that is ejected only where no other is left, or as a probe.
   * @throws {Failed} no_endpoints when there is none
   */
  choose(tried: readonly LiveEndpoint[]): LiveEndpoint | null {
    const endpoints = this.#endpoints;
    if (endpoints.length === 0) throw new Failed("no_endpoints", this.#whyEmpty());
    const health = this.#health;
    if (tried.length === 0) {
      if (health.ejectedCount === 0) return this.#balancer.choose(endpoints);
      return health.toProbe() ?? this.#balancer.choose(health.usable);
    }
    const untried = (endpoint: LiveEndpoint): boolean => !tried.includes(endpoint);
    const left = health.usable.filter(untried);
    const among = left.length > 0 ? left : endpoints.filter(untried);
    return among.length === 0 ? null : this.#balancer.choose(among);
  }

  status(): UpstreamStatus {
    const { requests, retries } = this.retries.lately;
    const endpoints = this.#endpoints.map((endpoint) => endpoint.status());
    return { upstream: this.name, endpoints, requests: Math.round(requests), retries: Math.round(retries) };
  }

  closeIdle(): void {
    for (const endpoint of this.#endpoints) endpoint.closeIdle();
  }

  retire(): void {
    for (const endpoint of this.#endpoints) endpoint.retire();
  }

  close(): void {
    for (const endpoint of this.#endpoints) endpoint.close();
  }

  #follow({ name, port }: { readonly name: string; readonly port: number }): DnsEndpoints {
    const dns: DnsEndpoints = new DnsEndpoints({
      name,
      port,
      allowLoopback: this.#allowLoopbackNames,
      onResolved: (endpoints) => {
        if (this.#dns === dns) this.#replace(endpoints, true);
      },
    });
    return dns;
  }

  #whyEmpty(): string {
    const { addressing } = this.#upstream;
    return (
      (addressing.kind === "endpoints" ? addressing.whyEmpty : undefined) ?? `upstream ${this.name} has no endpoints`
    );
  }

  #replace(wanted: readonly Endpoint[], keep: boolean): void {
    const present = new Map(
      keep ? this.#endpoints.map((endpoint) => [`${endpoint.address} ${endpoint.port}`, endpoint]) : [],
    );
    const next = wanted.map(
      ({ address, port }) =>
        present.get(`${address} ${port}`) ??
        new LiveEndpoint(address, port, this.#speech, this.#surroundings, this.#health),
    );
    const staying = new Set(next);
    for (const endpoint of this.#endpoints) if (!staying.has(endpoint)) endpoint.retire();
    this.#endpoints = next;
    this.#health.replace(next);
  }
}

function speechOf({ protocol, tls }: Upstream): Speech {
  return {
    http2: protocol === "h2c" || protocol === "h2",
    tls: hasTls(protocol) ? new TlsToUpstream(tls) : null,
  };
}

/** A connection made for the one would do for the other: also a renewed certificate, ours or an authority's, makes a difference. */
function isSpokenToAlike(a: Upstream, b: Upstream): boolean {
  return a.protocol === b.protocol && JSON.stringify(a.tls) === JSON.stringify(b.tls);
}
