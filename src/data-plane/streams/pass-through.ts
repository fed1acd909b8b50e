import type { Socket } from "node:net";
import type { Passthrough } from "../../snapshot/route.ts";
import { Failed } from "../exchange/failure.ts";
import { recorded } from "./recorded.ts";
import { newStreamRecord } from "./stream-record.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { tunnelToEndpoint } from "./tunnel-to-endpoint.ts";

/** A connection whose ClientHello was looked at. */
export interface TlsClient {
  /** Paused; what was read of it is put back. */
  readonly socket: Socket;
  /** The client's, which a PROXY header may have told. */
  readonly address: string;
  /** From SNI: lower case, without trailing dot. */
  readonly serverName: string;
  /** The listener's. */
  readonly port: number;
}

/** Joins a client to an endpoint that does the TLS handshake with it. Never rejects. */
export function passThrough(client: TlsClient, passthrough: Passthrough, surroundings: StreamSurroundings) {
  const { socket, address, serverName, port } = client;
  const { origin, action } = passthrough;
  const name = action.kind === "forward" ? action.upstream : "";
  const service = { name: `tls ${serverName}`, origin, protocol: "tcp", port, upstream: name } as const;
  const record = newStreamRecord(service, address, serverName);
  return recorded(socket, record, surroundings, () => {
    if (action.kind !== "forward") throw new Failed("route_unavailable", action.why);
    const upstream = surroundings.upstreamNamed(name);
    if (upstream === undefined) throw new Failed("no_endpoints", `upstream ${name} is gone`);
    const { deadlines, limits, timeouts } = surroundings;
    return tunnelToEndpoint({
      client: socket,
      upstream,
      early: [],
      preface: null,
      deadlines,
      connectTimeout: timeouts.connect,
      attempts: limits.attempts,
      idle: timeouts.streamIdle,
      record,
    });
  });
}
