// The living upstreams of the current snapshot: endpoints, their connections, who is next.
// In: the upstreams of a snapshot, again and again. Out: for a name, the upstream to choose an endpoint from.
// Never: a connection dropped because a snapshot came that still lists its endpoint.
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import type { EndpointSurroundings } from "./live-endpoint.ts";
import { LiveUpstream } from "./live-upstream.ts";
import type { UpstreamStatus } from "./upstream-status.ts";

export class Upstreams {
  readonly #surroundings: EndpointSurroundings;
  readonly #allowLoopbackNames: boolean;
  #live = new Map<string, LiveUpstream>();
  #revisions: Readonly<Record<string, string>> = {};

  constructor(surroundings: Omit<EndpointSurroundings, "onOutOfSockets">, allowLoopbackNames: boolean) {
    this.#surroundings = { ...surroundings, onOutOfSockets: () => this.#closeIdle() };
    this.#allowLoopbackNames = allowLoopbackNames;
  }

  apply(snapshot: Pick<RoutingSnapshot, "upstreams" | "revisions">): void {
    const revisions = snapshot.revisions.upstreams;
    if (revisions === this.#revisions) return;
    const next = new Map<string, LiveUpstream>();
    for (const upstream of snapshot.upstreams) {
      const present = this.#live.get(upstream.name);
      if (present !== undefined && revisions[upstream.name] !== this.#revisions[upstream.name]) present.apply(upstream);
      next.set(upstream.name, present ?? new LiveUpstream(upstream, this.#surroundings, this.#allowLoopbackNames));
    }
    for (const [name, upstream] of this.#live) if (!next.has(name)) upstream.retire();
    this.#live = next;
    this.#revisions = revisions;
  }

  /** Undefined for a request that began by an older table, whose upstream is gone since. */
  get(name: string): LiveUpstream | undefined {
    return this.#live.get(name);
  }

  status(): UpstreamStatus[] {
    return [...this.#live.values()].map((upstream) => upstream.status());
  }

  close(): void {
    for (const upstream of this.#live.values()) upstream.close();
  }

  /** What is open and unused, to all of them. */
  #closeIdle(): void {
    for (const upstream of this.#live.values()) upstream.closeIdle();
  }
}
