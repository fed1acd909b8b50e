/** Where a port is listened on. */
export interface PortAddress {
  /** An IP address or "localhost". */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** A socket of Node's own kind that is bound already, by another process that keeps it open: `host` and `port` are then of no meaning. */
  readonly handle?: object;
}

/** A port that is being listened on. */
export interface OpenPort {
  readonly port: number;
  /** Takes nothing more from new clients, for TCP; from nobody, for UDP where another process goes on with the same socket. */
  stopListening(): void;
  /** As `stopListening`, and forgets the clients of UDP, which knows no connection. */
  close(): void;
}
