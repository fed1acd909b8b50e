/**
 * One side of how a data plane serves, as far as that may change while it runs. What is absent, whole or in part, is as the data plane was
 * started. Connections keep what they began with, but for limits and timeouts.
 */
export type ServingSetting =
  LimitSetting | TimeoutSetting | ProxySetting | TlsSetting | Http2Setting | AccessLogSetting;

/** See `Limits` of the data plane. */
export interface LimitSetting {
  readonly name: "limits";
  readonly values: {
    readonly headBytes?: number;
    readonly targetBytes?: number;
    readonly requestsPerConnection?: number;
    readonly streamsPerSession?: number;
    readonly idleConnectionsPerEndpoint?: number;
    readonly attempts?: number;
  };
}

/** Milliseconds; see `Timeouts` of the data plane. */
export interface TimeoutSetting {
  readonly name: "timeouts";
  readonly values: {
    readonly requestHead?: number;
    readonly keepAlive?: number;
    readonly requestBody?: number;
    readonly upstreamIdle?: number;
    readonly streamIdle?: number;
  };
}

/** What is believed of load balancers and proxies between clients and us. */
export interface ProxySetting {
  readonly name: "proxies";
  /** Addresses and ranges of those who are believed. */
  readonly trusted?: readonly string[];
  /** Connections of theirs must begin with a PROXY header. */
  readonly proxyProtocol?: boolean;
  /** X-Forwarded fields of theirs are believed. */
  readonly forwardedHeaders?: boolean;
  /** Name of the field with the chain of addresses. */
  readonly forwardedFor?: string;
  /** Send upstreams the whole chain. */
  readonly fullChain?: boolean;
}

/** How TLS with clients is made. */
export interface TlsSetting {
  readonly name: "tls";
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL cipher list. */
  readonly ciphers?: string;
  /** OpenSSL list of groups. */
  readonly groups?: string;
  /** Seconds that a session may be resumed. */
  readonly sessionTimeout?: number;
}

export interface Http2Setting {
  readonly name: "http2";
  /** To clients. */
  readonly offered: boolean;
}

/** What is written of requests, and of connections of TCP and UDP services. */
export interface AccessLogSetting {
  readonly name: "access-log";
  /** In nginx's syntax. */
  readonly format?: string;
  readonly escape?: "default" | "json";
  /** Nothing is written of requests. */
  readonly requests?: false;
  /** Nothing is written of streams. */
  readonly streams?: false;
  /** Request targets of which nothing is written: as they are, "~pattern", or "~*pattern" without regard to case. */
  readonly skip?: readonly string[];
}

/** The setting of a name, where there is one. */
export function settingNamed<Name extends ServingSetting["name"]>(
  settings: readonly ServingSetting[] | undefined,
  name: Name,
): Extract<ServingSetting, { readonly name: Name }> | undefined {
  return settings?.find((one): one is Extract<ServingSetting, { readonly name: Name }> => one.name === name);
}
