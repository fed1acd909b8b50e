import type { DownstreamSurroundings } from "../http1/downstream-surroundings.ts";
import type { HelloSettings } from "./begin-tls.ts";
import type { ProxyHeaders } from "./proxy-headers.ts";

/** What the connections of all listeners share; the rest of `DownstreamSurroundings` is the listener's own. */
export interface ConnectionSettings
  extends Omit<DownstreamSurroundings, "scheme" | "listenerPort" | "peer">, HelloSettings {
  /** Reads what connections of trusted peers begin with, before TLS. */
  readonly proxyHeaders: ProxyHeaders;
  /** Instead of `serve`, for connections beyond the limit. */
  readonly refuse: DownstreamSurroundings["serve"];
  /** Connections of clients that did not come through a listener, and count towards the limit as well. */
  readonly elsewhere: () => number;
  /** Offer HTTP/2 to clients that come with TLS, and take it from those that begin with it on a plain listener. */
  readonly http2: boolean;
}
