// The access log of TCP and UDP services, and of TLS that is passed through: what is said of a connection once it is over.
// In: a finished record. Out: one line, for eyes or as JSON.
// Never: a byte of what was carried.
import type { StreamRecord } from "../data-plane/streams/stream-record.ts";
import type { Tint } from "./access-log.ts";
import { clip } from "./clip.ts";
import { serviceOf } from "./upstream-name.ts";
import { wallTime } from "./wall-time.ts";

export type StreamLogFormat = (record: StreamRecord) => string;

/** For eyes: `12:03:04 TCP 9000 from 10.0.0.9 shop/redis 10.0.0.7:6379 1234.5ms 310B in 12B out`, or `TLS shop.example.com from …`. */
export function prettyStreamLine(record: StreamRecord, tint: Tint = (_tone, text) => text): string {
  const { service, serverName, clientAddress, endpoint, attempts, failure } = record;
  const upstream = serviceOf(service.upstream);
  const tries = attempts > 1 ? ` (try ${attempts})` : "";
  const parts = [
    tint("faint", new Date(wallTime(record.startedAt)).toTimeString().slice(0, 8)),
    `${serverName === null ? `${service.protocol.toUpperCase()} ${service.port}` : `TLS ${serverName}`} from ${clientAddress || "-"}`,
    upstream === null ? service.upstream || "-" : `${upstream.namespace}/${upstream.service}`,
    endpoint === "" ? "-" : endpoint + tries,
    `${(record.finishedAt - record.startedAt).toFixed(1)}ms`,
    `${record.fromClient}B in ${record.fromUpstream}B out`,
  ];
  if (failure !== null) parts.push(tint("worse", clip(`${failure}: ${record.failureDetail}`, 1024)));
  return parts.join(" ");
}

/** For machines: one JSON object; names and units are those of the lines of requests where both have a fact. */
export function jsonStreamLine(record: StreamRecord): string {
  const { service, serverName, endpoint, attempts, failure } = record;
  const upstream = serviceOf(service.upstream);
  return JSON.stringify({
    time: new Date(wallTime(record.startedAt)).toISOString(),
    remote_addr: record.clientAddress,
    protocol: serverName === null ? service.protocol.toUpperCase() : "TLS",
    port: service.port,
    ...(serverName === null ? {} : { server_name: serverName }),
    bytes_in: record.fromClient,
    bytes_out: record.fromUpstream,
    duration: Number(((record.finishedAt - record.startedAt) / 1000).toFixed(6)),
    upstream: endpoint === "" ? null : { addr: endpoint, attempts },
    namespace: upstream?.namespace ?? null,
    service: upstream?.service ?? null,
    service_port: upstream?.port ?? null,
    flags: failure === null ? [] : [failure],
    detail: failure === null ? null : clip(record.failureDetail, 512),
  });
}
