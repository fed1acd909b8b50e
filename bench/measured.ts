import type { Round } from "./figures.ts";

export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly rounds: readonly Round[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly peers: readonly PeerResult[];
}

/** What something costs a peer in memory: KiB for each, of each try. */
export interface MemoryPeerResult {
  readonly name: string;
  readonly version: string;
  readonly each: readonly number[];
}

export interface MemoryResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly peers: readonly MemoryPeerResult[];
}

/** Everything that was measured in a run. */
export interface Measured {
  readonly scenarios: readonly ScenarioResult[];
  readonly memory: readonly MemoryResult[];
}
