import type { Socket } from "node:net";

/** Whom a connection is from. */
export interface Peer {
  /** IPv4 or IPv6, without brackets; "" where the socket is closed already. */
  readonly address: string;
  readonly port: number;
  /** The client spoke TLS to a load balancer, and that speaks plain text to us. */
  readonly tlsEnded?: boolean;
  /** The port that the client connected to, where a load balancer says so. */
  readonly publicPort?: number;
}

/** The socket's own peer. IPv4 clients of a dual-stack listener come as "::ffff:10.0.0.1". */
export function peerOf(socket: Socket): Peer {
  return { address: withoutMapping(socket.remoteAddress), port: socket.remotePort ?? 0 };
}

/** An address of a socket, IPv4 as such also on a dual-stack listener; "" where there is none any more. */
export function withoutMapping(address = ""): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
