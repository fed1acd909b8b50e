import type { Deadlines } from "../deadlines.ts";
import type { TrustedRanges } from "../http/trusted-ranges.ts";
import type { Limits, Timeouts } from "../limits.ts";
import type { LiveUpstream } from "../upstreams/live-upstream.ts";
import type { StreamRecord } from "./stream-record.ts";

/** What the streams of a data plane share. */
export interface StreamSurroundings {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly upstreamNamed: (name: string) => LiveUpstream | undefined;
  /** Whose PROXY header is believed. */
  readonly trusted: TrustedRanges;
  /** Whether one more client may be served. */
  readonly mayAccept: () => boolean;
  /** Called once a connection or UDP client, when it is over. Must not throw. */
  readonly onFinished: (record: StreamRecord) => void;
  /** What the operator should hear of. */
  readonly onProblem: (message: string) => void;
}
