import type { LimitSetting, TimeoutSetting } from "../../../snapshot/serving-setting.ts";
import type { Setting } from "./setting.ts";
import { span, wholeNumber, wholeSeconds } from "./setting-values.ts";
import type { SettingsReader } from "./settings-reader.ts";

export const upstreamKeepaliveConnections = wholeNumber(
  {
    name: "upstream-keepalive-connections",
    docs: "Idle connections that a process keeps to one endpoint; 0 for none.",
  },
  0,
);

export const upstreamKeepaliveTimeout = wholeSeconds({
  name: "upstream-keepalive-timeout",
  docs: "Seconds that an unused connection to an upstream is kept; it should be less than the upstream's own.",
});

export const proxyNextUpstreamTries = wholeNumber(
  {
    name: "proxy-next-upstream-tries",
    docs: "Endpoints tried for one request. 0, which is no limit in ingress-nginx, is 100.",
  },
  0,
  100,
);

export const proxyStreamTimeout = span({
  name: "proxy-stream-timeout",
  docs: "How long a connection of a TCP service may be without an octet in either direction.",
});

export const UPSTREAM_SETTINGS: readonly Setting<unknown>[] = [
  upstreamKeepaliveConnections,
  upstreamKeepaliveTimeout,
  proxyNextUpstreamTries,
  proxyStreamTimeout,
];

/** How upstreams are spoken to. Absent fields were not set. */
export function readUpstreamSettings(reader: SettingsReader): {
  readonly limits: LimitSetting["values"];
  readonly timeouts: TimeoutSetting["values"];
} {
  const idleConnections = reader.read(upstreamKeepaliveConnections);
  const upstreamIdle = reader.read(upstreamKeepaliveTimeout);
  const tries = reader.read(proxyNextUpstreamTries);
  const streamIdle = reader.read(proxyStreamTimeout);
  return {
    limits: {
      ...(idleConnections === null ? {} : { idleConnectionsPerEndpoint: idleConnections }),
      ...(tries === null ? {} : { attempts: tries === 0 ? 100 : tries }),
    },
    timeouts: {
      ...(upstreamIdle === null ? {} : { upstreamIdle: upstreamIdle * 1000 }),
      ...(streamIdle === null ? {} : { streamIdle }),
    },
  };
}
