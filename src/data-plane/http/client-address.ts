import type { Socket } from "node:net";

/** The peer's address. IPv4 clients of a dual-stack listener come as "::ffff:10.0.0.1". */
export function clientAddress(socket: Socket): string {
  const address = socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
