import type { Socket } from "node:net";

/** The peer's address. IPv4 clients of a dual-stack listener come as "::ffff:10.0.0.1". */
export function clientAddress(socket: Socket): string {
  return withoutMapping(socket.remoteAddress);
}

/** An address of a socket, IPv4 as such also on a dual-stack listener; "" where there is none any more. */
export function withoutMapping(address = ""): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
