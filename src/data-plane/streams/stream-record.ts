import type { StreamService } from "../../snapshot/stream-service.ts";
import type { FailureName } from "../exchange/failure.ts";

/** What is known of a connection of a TCP service, of a client of a UDP service, or of a TLS connection passed through, when it is over. */
export interface StreamRecord {
  readonly service: StreamService;
  /** The name the client asked for by SNI, of a TLS connection passed through; null otherwise. */
  readonly serverName: string | null;
  /** "" where it is not known, since the connection did not begin as it must. */
  clientAddress: string;
  /** `performance.now()` */
  readonly startedAt: number;
  /** `performance.now()`; 0 before it is over. */
  finishedAt: number;
  /** "10.0.0.7:6379", the last that was tried; "" when none was. */
  endpoint: string;
  /** Endpoints tried. */
  attempts: number;
  fromClient: number;
  fromUpstream: number;
  /** null for one that went well, however it ended. */
  failure: FailureName | null;
  failureDetail: string;
}

export function newStreamRecord(
  service: StreamService,
  clientAddress: string,
  serverName: string | null = null,
): StreamRecord {
  return {
    service,
    serverName,
    clientAddress,
    startedAt: performance.now(),
    finishedAt: 0,
    endpoint: "",
    attempts: 0,
    fromClient: 0,
    fromUpstream: 0,
    failure: null,
    failureDetail: "",
  };
}
