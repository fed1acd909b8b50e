import type { TestBed } from "../test-bed.ts";

/** What a load generator counted while it kept the connections busy. */
export interface LoadResult {
  /** Requests that were answered, or what else the load counts. */
  readonly requests: number;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Connections that failed or timed out, and answers that are not a success: any at all makes a run invalid. */
  readonly errors: number;
}

export interface LoadSettings {
  readonly port: number;
  readonly connections: number;
  /** Seconds, whole. */
  readonly duration: number;
  /** What wrk alone can do: TLS, another path, further fields, a script in Lua. */
  readonly tls?: boolean;
  readonly path?: string;
  readonly script?: string;
}

/** A load generator that works in a closed loop: each connection sends its next request when it has the answer. */
export interface Load {
  readonly name: string;
  /** The program's version, or null where it is not on this machine. */
  version(bed: TestBed): Promise<string | null>;
  run(bed: TestBed, settings: LoadSettings): Promise<LoadResult>;
}
