import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { BoundPort } from "./bound-ports.ts";
import { type BoundHandle, sharePort } from "./share-port.ts";

interface UdpHandle extends BoundHandle {
  bind(address: string, port: number, flags: number): number;
  bind6(address: string, port: number, flags: number): number;
}

/** UV_UDP_REUSEPORT of libuv: the system keeps each client at one of the sockets, by a hash of both addresses, as long as they stay the same. */
const REUSE_PORT = 64;

/**
 * Binds `count` sockets to one port. Nobody reads them here; they stay open, whatever becomes of the workers that read them: what comes while a
 * worker is being replaced waits in its socket. Where the system cannot share a port so there is one, for the first worker alone: if several
 * read it, a client's datagrams would be torn apart.
 * @throws the system's error when the port is busy, even with a program that would share it.
 */
export async function bindUdpPort(
  address: { readonly host: string; readonly port: number },
  count: number,
): Promise<BoundPort> {
  // As in a single process, where "localhost" is IPv4.
  const host = address.host === "localhost" ? (await lookup(address.host, { family: 4 })).address : address.host;
  if (address.port !== 0) await checkFree(host, address.port);
  const { port, handles } = sharePort({ call: "bind", reusePort: REUSE_PORT, bind }, host, address.port, count);
  return { host, port, handles };
}

function bind(host: string, port: number, flags: number): UdpHandle | number {
  const handle = newHandle(isIPv6(host) ? "udp6" : "udp4");
  const error = isIPv6(host) ? handle.bind6(host, port, flags) : handle.bind(host, port, flags);
  if (error === 0) return handle;
  handle.close();
  return error;
}

/** node:dgram begins to read what it has bound; its handle, which it keeps under a symbol, can be bound without that. */
function newHandle(type: "udp4" | "udp6"): UdpHandle {
  const socket = createSocket(type);
  const state = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "state symbol");
  const held = state === undefined ? undefined : (socket as unknown as Record<symbol, { handle?: UdpHandle }>)[state];
  if (held?.handle === undefined) throw new Error("this Node keeps UDP sockets elsewhere: start with --workers 1");
  return held.handle;
}

/** Sharing would be allowed with any process of the same user: two gateways must not share a port by accident. */
async function checkFree(host: string, port: number): Promise<void> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  socket.bind({ address: host, port, exclusive: true });
  try {
    await once(socket, "listening");
  } finally {
    socket.close();
  }
}
