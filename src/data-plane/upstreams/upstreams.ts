// The living upstreams of the current snapshot: endpoints, their connections, who is next.
// In: the upstreams of a snapshot, again and again. Out: for a name, the upstream to choose an endpoint from.
// Never: a connection dropped because a snapshot came that still lists its endpoint.
import { difference } from "../../snapshot/difference.ts";
import { RevisionsOfKind } from "../../snapshot/revisions.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { EndpointSurroundings } from "./live-endpoint.ts";
import { LiveUpstream } from "./live-upstream.ts";
import type { UpstreamStatus } from "./upstream-status.ts";

export class Upstreams {
  readonly #surroundings: EndpointSurroundings;
  readonly #allowLoopbackNames: boolean;
  readonly #live = new Map<string, LiveUpstream>();
  #upstreams: readonly Upstream[] = [];
  #revisions = RevisionsOfKind.none;

  constructor(surroundings: Omit<EndpointSurroundings, "onOutOfSockets">, allowLoopbackNames: boolean) {
    this.#surroundings = { ...surroundings, onOutOfSockets: () => this.#closeIdle() };
    this.#allowLoopbackNames = allowLoopbackNames;
  }

  apply({ upstreams, revisions: { upstreams: revisions } }: Pick<RoutingSnapshot, "upstreams" | "revisions">): void {
    if (revisions === this.#revisions) return;
    const { gone, come } = difference(this.#upstreams, upstreams);
    for (const { name } of gone) if (revisions.get(name) === undefined) this.#retire(name);
    for (const upstream of come) this.#applyOne(upstream, revisions);
    this.#upstreams = upstreams;
    this.#revisions = revisions;
  }

  #retire(name: string): void {
    this.#live.get(name)?.retire();
    this.#live.delete(name);
  }

  #applyOne(upstream: Upstream, revisions: RevisionsOfKind): void {
    const { name } = upstream;
    const present = this.#live.get(name);
    if (present === undefined) {
      this.#live.set(name, new LiveUpstream(upstream, this.#surroundings, this.#allowLoopbackNames));
    } else if (revisions.get(name) !== this.#revisions.get(name)) present.apply(upstream);
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
