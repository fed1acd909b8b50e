import type { LoadResult } from "../load/load.ts";
import type { Peer, Setting, StartedPeer } from "../peers/peer.ts";
import type { TestBed } from "../test-bed.ts";

/** One kind of work that proxies are compared at, by the processor time it costs them. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is counted: "request", "handshake", "MiB", "message". */
  readonly unit: string;
  /** Program that makes the load. */
  readonly needs: "wrk" | "h2load" | "openssl" | "node";
  /** Whether a peer can take part. */
  readonly admits: (peer: Peer) => boolean;
  /** What peers are started with, beside upstream and certificate. */
  readonly setting?: Partial<Setting>;
  /** A second contender, ts-ingress in another setting, that shows what a thing costs. */
  readonly beside?: { readonly name: string; readonly setting: Partial<Setting> };
  readonly upstream?: "websocket";
  readonly run: (bed: TestBed, started: StartedPeer, how: How) => Promise<LoadResult>;
}

export interface How {
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  readonly setting: Partial<Setting>;
}
