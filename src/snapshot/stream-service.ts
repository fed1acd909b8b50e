import type { Origin } from "./origin.ts";

/** A port that is forwarded as it is, octets or datagrams, without a look at what they say. */
export interface StreamService {
  /** Unique in the snapshot, as protocol and port are: "tcp 9000". */
  readonly name: string;
  readonly origin: Origin;
  readonly protocol: "tcp" | "udp";
  /** The port clients connect to; 0, for any free one, in tests alone. */
  readonly port: number;
  /** Named as in `RoutingSnapshot.upstreams`. */
  readonly upstream: string;
  /** Absent: not spoken. `in`: each client's connection begins with a PROXY header. `out`: we begin those to the upstream with one. TCP only. */
  readonly proxyProtocol?: { readonly in: boolean; readonly out: boolean };
}
