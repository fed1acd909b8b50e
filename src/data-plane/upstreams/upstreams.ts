// The living upstreams of the current snapshot: endpoints, their connections, who is next.
// In: the upstreams of a snapshot, again and again. Out: for a name, the upstream to choose an endpoint from.
// Never: a connection dropped because a snapshot came that still lists its endpoint.
import { changedPlaces } from "../../snapshot/changed-places.ts";
import type { Revisions, RoutingSnapshot } from "../../snapshot/snapshot.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { EndpointSurroundings } from "./live-endpoint.ts";
import { LiveUpstream } from "./live-upstream.ts";
import type { UpstreamStatus } from "./upstream-status.ts";

export class Upstreams {
  readonly #surroundings: EndpointSurroundings;
  readonly #allowLoopbackNames: boolean;
  readonly #live = new Map<string, LiveUpstream>();
  #upstreams: readonly Upstream[] = [];
  #revisions: Revisions["upstreams"] = {};

  constructor(surroundings: Omit<EndpointSurroundings, "onOutOfSockets">, allowLoopbackNames: boolean) {
    this.#surroundings = { ...surroundings, onOutOfSockets: () => this.#closeIdle() };
    this.#allowLoopbackNames = allowLoopbackNames;
  }

  apply({ upstreams, revisions: { upstreams: revisions } }: Pick<RoutingSnapshot, "upstreams" | "revisions">): void {
    if (revisions === this.#revisions) return;
    const changed = changedPlaces(this.#upstreams, upstreams, (a, b) => a.name === b.name);
    if (changed === null) this.#applyAll(upstreams, revisions);
    else for (const place of changed) this.#applyOne(upstreams[place] as Upstream, revisions);
    this.#upstreams = upstreams;
    this.#revisions = revisions;
  }

  #applyAll(upstreams: readonly Upstream[], revisions: Revisions["upstreams"]): void {
    const names = new Set(upstreams.map(({ name }) => name));
    for (const [name, upstream] of this.#live) {
      if (names.has(name)) continue;
      upstream.retire();
      this.#live.delete(name);
    }
    for (const upstream of upstreams) this.#applyOne(upstream, revisions);
  }

  #applyOne(upstream: Upstream, revisions: Revisions["upstreams"]): void {
    const { name } = upstream;
    const present = this.#live.get(name);
    if (present === undefined) {
      this.#live.set(name, new LiveUpstream(upstream, this.#surroundings, this.#allowLoopbackNames));
    } else if (revisions[name] !== this.#revisions[name]) present.apply(upstream);
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
