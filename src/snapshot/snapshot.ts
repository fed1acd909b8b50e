// The contract between the two planes: everything needed to serve, at one moment.
// In: nothing. Out: plain, frozen data.
// Never: a Kubernetes type, a function, an import of another room.
import type { Certificate } from "./certificate.ts";
import type { VirtualHost } from "./route.ts";
import type { RevisionsOfKind } from "./revisions.ts";
import type { ServingSetting } from "./serving-setting.ts";
import type { StreamService } from "./stream-service.ts";
import type { Upstream } from "./upstream.ts";

/** What one source contributes, by kinds of parts; see parts.ts for the kinds and seal.ts for how fragments become a snapshot. */
export interface SnapshotFragment {
  readonly virtualHosts: readonly VirtualHost[];
  readonly upstreams: readonly Upstream[];
  readonly certificates: readonly Certificate[];
  /** Absent where no port is forwarded as it is. */
  readonly streams?: readonly StreamService[];
  /** Absent where the data plane serves as it was started. */
  readonly settings?: readonly ServingSetting[];
}

/** Revisions are hashes of content: equal revision, equal part. Keyed by host, upstream name, certificate name, stream name, setting name. */
export type Revisions = { readonly [Kind in keyof SnapshotFragment]: RevisionsOfKind };

export interface RoutingSnapshot extends SnapshotFragment {
  /** Hash over all parts. */
  readonly revision: string;
  readonly revisions: Revisions;
}
