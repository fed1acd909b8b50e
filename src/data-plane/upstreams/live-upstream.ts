import type { Endpoint, Upstream } from "../../snapshot/upstream.ts";
import { Failed } from "../exchange/failure.ts";
import { type Balancer, RoundRobin } from "./balancer.ts";
import { DnsEndpoints } from "./dns-endpoints.ts";
import { type EndpointSurroundings, LiveEndpoint } from "./live-endpoint.ts";

/** An upstream of the current snapshot with its living endpoints. */
export class LiveUpstream {
  readonly name: string;
  readonly #surroundings: EndpointSurroundings;
  readonly #allowLoopbackNames: boolean;
  readonly #balancer: Balancer = new RoundRobin();
  #upstream: Upstream;
  #endpoints: readonly LiveEndpoint[] = [];
  #dns: DnsEndpoints | null = null;

  constructor(upstream: Upstream, surroundings: EndpointSurroundings, allowLoopbackNames: boolean) {
    this.name = upstream.name;
    this.#surroundings = surroundings;
    this.#allowLoopbackNames = allowLoopbackNames;
    this.#upstream = upstream;
    this.apply(upstream);
  }

  /** Takes a new list; an endpoint that stays keeps its connections. */
  apply(upstream: Upstream): void {
    const { addressing } = upstream;
    const sameProtocol = upstream.protocol === this.#upstream.protocol;
    this.#upstream = upstream;
    if (addressing.kind === "endpoints") {
      this.#dns = null;
      this.#replace(addressing.endpoints, sameProtocol);
      return;
    }
    if (!sameProtocol) this.#replace([], false);
    if (this.#dns === null || !sameProtocol || !this.#dns.serves(addressing.name, addressing.port)) {
      this.#dns = new DnsEndpoints(addressing.name, addressing.port, this.#allowLoopbackNames);
    }
  }

  /** To be awaited before `choose` when it is not null: a name that was never resolved, or not lately. */
  resolving(): Promise<void> | null {
    const dns = this.#dns;
    const due = dns?.refresh(this.#surroundings.deadlines.now) ?? null;
    if (dns === null || due === null) return null;
    return due.then((endpoints) => {
      if (this.#dns === dns) this.#replace(endpoints, true);
    });
  }

  /**
   * An endpoint that is not among those tried already; null when all were.
   * @throws {Failed} no_endpoints when there is none
   */
  choose(tried: readonly LiveEndpoint[]): LiveEndpoint | null {
    const endpoints = this.#endpoints;
    if (endpoints.length === 0) throw new Failed("no_endpoints", this.#whyEmpty());
    if (tried.length === 0) return this.#balancer.choose(endpoints);
    const left = endpoints.filter((endpoint) => !tried.includes(endpoint));
    return left.length === 0 ? null : this.#balancer.choose(left);
  }

  retire(): void {
    for (const endpoint of this.#endpoints) endpoint.retire();
  }

  close(): void {
    for (const endpoint of this.#endpoints) endpoint.close();
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
        new LiveEndpoint(address, port, this.#upstream.protocol, this.#surroundings),
    );
    for (const endpoint of this.#endpoints) if (!next.includes(endpoint)) endpoint.retire();
    this.#endpoints = next;
  }
}
