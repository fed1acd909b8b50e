import type { Socket } from "node:net";
import type { StreamService } from "../../snapshot/stream-service.ts";
import { Failed } from "../exchange/failure.ts";
import { withoutMapping } from "../http/client-address.ts";
import type { ReadHeader } from "../proxy-protocol/header-reader.ts";
import type { PeerAddress } from "../proxy-protocol/proxy-protocol.ts";
import { receiveProxyHeader } from "../proxy-protocol/receive-proxy-header.ts";
import { writeProxyHeader } from "../proxy-protocol/write-proxy-header.ts";
import { recorded } from "./recorded.ts";
import { newStreamRecord, type StreamRecord } from "./stream-record.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { tunnelToEndpoint } from "./tunnel-to-endpoint.ts";

/** Serves one connection of a TCP service from its first octet to its last. @param client paused. Never rejects. */
export function serveTcp(client: Socket, service: StreamService, surroundings: StreamSurroundings): Promise<void> {
  const own = ownEnds(client);
  const record = newStreamRecord(service, own.source.address);
  return recorded(client, record, surroundings, () => forward(client, own, record, surroundings));
}

interface Ends {
  readonly source: PeerAddress;
  readonly destination: PeerAddress;
}

async function forward(client: Socket, own: Ends, record: StreamRecord, surroundings: StreamSurroundings) {
  const { service } = record;
  const { deadlines, limits, timeouts } = surroundings;
  const header = service.proxyProtocol?.in === true ? await readHeader(client, own, surroundings) : NONE;
  const { source, destination } = header.ends ?? own;
  record.clientAddress = source.address;
  const upstream = surroundings.upstreamNamed(service.upstream);
  if (upstream === undefined) throw new Failed("no_endpoints", `upstream ${service.upstream} is gone`);
  await tunnelToEndpoint({
    client,
    upstream,
    early: header.rest.length === 0 ? [] : [header.rest],
    preface: service.proxyProtocol?.out === true ? writeProxyHeader(source, destination) : null,
    deadlines,
    connectTimeout: timeouts.connect,
    attempts: limits.attempts,
    idle: timeouts.streamIdle,
    record,
  });
}

const NONE: ReadHeader = { ends: null, rest: Buffer.alloc(0) };

/** Whoever is not trusted may not come in here at all: nothing tells whether its octets begin with a header. */
function readHeader(client: Socket, own: Ends, surroundings: StreamSurroundings): Promise<ReadHeader> {
  const { trusted, deadlines, timeouts } = surroundings;
  if (trusted.has(own.source.address)) return receiveProxyHeader(client, deadlines, timeouts.requestHead);
  return Promise.reject(
    new Failed("proxy_header_invalid", `${own.source.address} is not trusted to say who the client is`),
  );
}

function ownEnds(client: Socket): Ends {
  return {
    source: { address: withoutMapping(client.remoteAddress), port: client.remotePort ?? 0 },
    destination: { address: withoutMapping(client.localAddress), port: client.localPort ?? 0 },
  };
}
