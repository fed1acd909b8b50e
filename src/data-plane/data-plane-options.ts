import type { CertificatePair } from "../snapshot/pair.ts";
import type { Clock } from "./clock.ts";
import type { Exchange } from "./exchange/exchange.ts";
import type { Limits, Timeouts } from "./limits.ts";
import type { ListenAddress } from "./listeners/listeners.ts";
import type { StreamRecord } from "./streams/stream-record.ts";
import type { StreamsAddress } from "./streams/streams.ts";
import type { HealthChange } from "./upstreams/health/ejection.ts";

/** How a data plane serves, as far as no snapshot says it. */
export interface DataPlaneOptions {
  /** Plain HTTP; absent: not served. */
  readonly http?: ListenAddress;
  /** HTTPS; absent: not served. Needs `defaultCertificate`. */
  readonly https?: ListenAddress;
  /** Where the TCP and UDP services of the snapshot listen, each on its own port; absent: they are not served. */
  readonly streams?: StreamsAddress;
  /** Who is believed about the client, addresses and ranges (`proxy-real-ip-cidr`). Default EVERYBODY, as in ingress-nginx. */
  readonly trustedRanges?: readonly string[];
  /** On the http and https listeners, connections of who is trusted must begin with a PROXY header (`use-proxy-protocol`). Default false. */
  readonly proxyProtocol?: boolean;
  /** What is believed of the X-Forwarded-* fields of who is trusted (`use-forwarded-headers`). Absent: nothing. */
  readonly forwardedHeaders?: ForwardedHeaders;
  /** For server names that no certificate of the snapshot covers; null for clients that send none. */
  readonly defaultCertificate?: (serverName: string | null) => Promise<CertificatePair>;
  /** The ports clients know us by, for X-Forwarded-Port and redirects; default: those we listen on. */
  readonly publicPorts?: { readonly http: number; readonly https: number };
  /** ExternalName may lead to loopback and link-local addresses. Default false. */
  readonly allowLoopbackNames?: boolean;
  /** Refuse encoded slashes and the like, and forward paths in normal form. Default false. */
  readonly strictPaths?: boolean;
  /** HTTP/2 to clients: over TLS to those that ask for it, on the plain listener to those that begin with its preface. Default true. */
  readonly http2?: boolean;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
  readonly clock?: Clock;
  /** How much of the memory that this process shares with others is used: 1 for all. Absent: `limits.memoryBytes` alone counts. Must not throw. */
  readonly containerMemory?: () => number;
  /** Called once an exchange, before it is served; not for those of connections beyond the limit. Must not throw, nor keep it waiting. */
  readonly onStarted?: (exchange: Exchange) => void;
  /** Called exactly once an exchange, when it is over: access log and metrics hang here. What it throws is told to `onProblem`. */
  readonly onFinished?: (exchange: Exchange) => void;
  /** As `onFinished`, for a connection of a TCP service or a client of a UDP service. */
  readonly onStreamFinished?: (record: StreamRecord) => void;
  /** What the operator should hear of, in words for the log: a certificate that TLS refuses, an `onFinished` that throws. */
  readonly onProblem?: (message: string) => void;
  /** Memory has been nearly used up for five seconds although requests are refused: only another process can help. Must not throw. */
  readonly onExhausted?: (why: string) => void;
  /** An endpoint that is left alone for a while, since it fails, or is in use again. Must not throw. */
  readonly onHealthChange?: (change: HealthChange) => void;
}

export interface ForwardedHeaders {
  /** Name of the field with the chain of addresses (`forwarded-for-header`). Default X-Forwarded-For. */
  readonly field?: string;
  /** Send the upstream the whole chain as X-Forwarded-For (`compute-full-forwarded-for`). Default false: the client's address alone. */
  readonly full?: boolean;
}
