import type { Child } from "../child.ts";
import type { TestBed } from "../test-bed.ts";

/** A proxy under measurement: one process (with nginx, one worker), forwarding app.example.com to the upstream, without access log. */
export interface Peer {
  readonly name: string;
  /** Its version, or why it cannot take part on this machine. */
  find(): Promise<{ readonly version: string } | { readonly missing: string }>;
  start(bed: TestBed, upstreamPort: number): Promise<StartedPeer>;
}

export interface StartedPeer {
  readonly child: Child;
  readonly port: number;
}
