import type { StreamRecord } from "../../data-plane/streams/stream-record.ts";
import { wallTime } from "../wall-time.ts";
import { commonTime, seconds } from "./log-time.ts";

/**
 * A connection of a TCP service, or a client of a UDP service, as ingress-nginx writes it unless `log-format-stream` says otherwise:
 * `[$remote_addr] [$time_local] $protocol $status $bytes_sent $bytes_received $session_time`, with nginx's 200 and 502.
 */
export function nginxStreamLine({ service, clientAddress, startedAt, finishedAt, ...record }: StreamRecord): string {
  const { fromClient, fromUpstream, failure } = record;
  const status = failure === null ? 200 : 502;
  const time = commonTime(wallTime(finishedAt));
  const protocol = service.protocol.toUpperCase();
  const duration = seconds(finishedAt - startedAt);
  return `[${clientAddress || "-"}] [${time}] ${protocol} ${status} ${fromUpstream} ${fromClient} ${duration}`;
}
