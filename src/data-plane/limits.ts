/** What one client may ask of us. Byte counts are of latin1 text, that is octets. */
export interface Limits {
  /** Whole head of a request or response, start line included; beyond it 431 (or 502 for a response). */
  readonly headBytes: number;
  /** Request target; beyond it 414. RFC 9112 §3 asks for 8,000 at least. */
  readonly targetBytes: number;
  /** Field lines of a head or of trailers. */
  readonly fields: number;
  /** Requests on one downstream connection, spread by up to a tenth. */
  readonly requestsPerConnection: number;
  /** Requests that a client of HTTP/2 may have open at once on one session. */
  readonly streamsPerSession: number;
  /** Open downstream connections; beyond it requests on new ones get 503, and far beyond it new ones are closed at once. */
  readonly connections: number;
  /** Resident memory of the process in bytes; near it new requests get 503. The gateway sets it to this process's part of the limit of its container; there what the container uses counts, and this process is replaced where it uses more than its part. */
  readonly memoryBytes: number;
  /** Interim responses to one request. */
  readonly interimResponses: number;
  /** Bytes of a body that wait in our memory before the sender is paused. */
  readonly bufferedBytes: number;
  /** Bytes of request bodies that a process holds until they are whole, where an Ingress asks for that; an eighth of its memory where that is less. Beyond it bodies are streamed. */
  readonly heldBytes: number;
  /** Idle connections kept to one endpoint. */
  readonly idleConnectionsPerEndpoint: number;
  /** Sessions of HTTP/2 to one endpoint; beyond it requests wait for a stream, as long as `connect` says: 504. */
  readonly sessionsPerEndpoint: number;
  /** Clients of UDP services whose datagrams are kept together; beyond it the one that has been quiet longest is forgotten. */
  readonly udpSessions: number;
  /** Endpoints tried for one request. */
  readonly attempts: number;
}

export const DEFAULT_LIMITS: Limits = {
  headBytes: 32 * 1024,
  targetBytes: 8 * 1024,
  fields: 100,
  requestsPerConnection: 10_000,
  streamsPerSession: 100,
  connections: 10_000,
  memoryBytes: Infinity,
  interimResponses: 16,
  bufferedBytes: 64 * 1024,
  heldBytes: 64 * 1024 * 1024,
  idleConnectionsPerEndpoint: 320,
  sessionsPerEndpoint: 100,
  udpSessions: 1_000,
  attempts: 3,
};

/** How long we wait, in milliseconds. Checked every half second, so each may end up to a second late. */
export interface Timeouts {
  /** A whole request head, from its first byte (and from accept, on a new connection): 408. */
  readonly requestHead: number;
  /** Between two requests of a connection. */
  readonly keepAlive: number;
  /** Between two pieces of a request body: 408. */
  readonly requestBody: number;
  /** Without progress in writing to a client. */
  readonly downstreamWrite: number;
  readonly tlsHandshake: number;
  /** TCP and TLS to an endpoint: 504. */
  readonly connect: number;
  /** Until the upstream's response head, and between two pieces of its body: 504. */
  readonly upstreamRead: number;
  /** Without progress in writing to an upstream: 504. */
  readonly upstreamWrite: number;
  /** An unused connection to an upstream; shorter than the 60 s that servers commonly allow. */
  readonly upstreamIdle: number;
  /** A tunnel without a byte in either direction; longer where the `proxy-read-timeout` of its route is. */
  readonly tunnelIdle: number;
  /** A connection of a TCP service without a byte in either direction. */
  readonly streamIdle: number;
  /** A client of a UDP service without a datagram in either direction. */
  readonly udpIdle: number;
  /** Until we answer 100 (Continue) ourselves when the upstream does not. */
  readonly expectContinue: number;
  /** How long an HTTP/2 session is used, spread by a tenth either way; then the client is told to go, and what runs is finished. */
  readonly sessionAge: number;
  /** How long a connection that was refused is read on, so that the client sees the answer. */
  readonly lingering: number;
  /** Lateness of the event loop that goes on for half a second or more: some new requests get 503. */
  readonly eventLoop: number;
  /** An idle connection, when there are nearly as many as may be open, or memory is nearly used up. */
  readonly pressedKeepAlive: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  requestHead: 10_000,
  keepAlive: 60_000,
  requestBody: 30_000,
  downstreamWrite: 30_000,
  tlsHandshake: 10_000,
  connect: 3_000,
  upstreamRead: 60_000,
  upstreamWrite: 60_000,
  upstreamIdle: 50_000,
  tunnelIdle: 3_600_000,
  streamIdle: 600_000,
  udpIdle: 60_000,
  expectContinue: 1_000,
  sessionAge: 3_600_000,
  lingering: 1_000,
  eventLoop: 200,
  pressedKeepAlive: 2_000,
};

/** A body must come at this many bytes a second at least, once it has had `grace` milliseconds: slower is an attack. */
export const MINIMUM_BODY_RATE = { bytesPerSecond: 240, grace: 10_000 };
