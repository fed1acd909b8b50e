import type { Child } from "../child.ts";
import type { TestBed } from "../test-bed.ts";

/** What a proxy is started with. */
export interface Setting {
  readonly upstreamPort: number;
  /** PEM files of a certificate for app.example.com, P-256. */
  readonly certificate: { readonly chain: string; readonly key: string };
  /** Instead of app.example.com: this many hosts of as many paths each. ts-ingress alone knows it. */
  readonly hosts?: number;
  readonly pathsPerHost?: number;
  /** Middleware that does nothing, before the action. ts-ingress alone knows it. */
  readonly middleware?: number;
  /** Certificates it holds besides. ts-ingress alone knows it. */
  readonly certificates?: number;
}

/** A proxy under measurement: one process (with nginx, one worker), forwarding app.example.com to the upstream, without access log. */
export interface Peer {
  readonly name: string;
  /** Speaks HTTP/2 to clients. */
  readonly http2: boolean;
  /** Its version, or why it cannot take part on this machine. */
  find(): Promise<{ readonly version: string } | { readonly missing: string }>;
  start(bed: TestBed, setting: Setting): Promise<StartedPeer>;
}

export interface StartedPeer {
  readonly child: Child;
  readonly port: number;
  readonly tlsPort: number;
}
