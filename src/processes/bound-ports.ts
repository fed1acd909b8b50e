import { lookup } from "node:dns/promises";
import net, { type AddressInfo, createServer, isIPv6 } from "node:net";
import { getSystemErrorName } from "node:util";
import type { ListenAddress } from "../data-plane/listeners/listeners.ts";

/** A bound socket that this process never accepts from; Node's own kind, not documented, but what node:cluster is made of. */
export interface BoundHandle {
  getsockname(into: Partial<AddressInfo>): number;
  close(): void;
}

/** One port as several sockets that share it, one a worker. */
export interface BoundPort {
  readonly port: number;
  readonly handles: readonly BoundHandle[];
}

type CreateHandle = (
  address: string,
  port: number,
  family: 4 | 6,
  fd: undefined,
  flags: number,
) => BoundHandle | number;

/** UV_TCP_REUSEPORT of libuv: the system spreads connections over the sockets of the port by a hash of both addresses. */
const REUSE_PORT = 2;

/**
 * Binds `count` sockets to one port. They stay open here, whatever becomes of the workers that accept from them: a connection that comes while a
 * worker is being replaced waits in its queue, where a socket of the worker's own would take the queue with it.
 * Where the system cannot share a port so, all workers get the same socket.
 * @throws the system's error when the port is busy, even with a program that would share it.
 */
export async function bindPort(address: ListenAddress, count: number): Promise<BoundPort> {
  const host = address.host === "localhost" ? (await lookup("localhost")).address : address.host;
  if (address.port !== 0) await checkFree(host, address.port);
  const first = bind(host, address.port, REUSE_PORT);
  if (typeof first === "number") {
    const only = bind(host, address.port, 0);
    if (typeof only === "number") throw listenError(only, host, address.port);
    return { port: portOf(only), handles: Array.from({ length: count }, () => only) };
  }
  const handles = [first];
  const port = portOf(first);
  while (handles.length < count) {
    const next = bind(host, port, REUSE_PORT);
    if (typeof next === "number") {
      for (const handle of handles) handle.close();
      throw listenError(next, host, port);
    }
    handles.push(next);
  }
  return { port, handles };
}

function bind(host: string, port: number, flags: number): BoundHandle | number {
  const { _createServerHandle: create } = net as unknown as { readonly _createServerHandle: CreateHandle };
  return create(host, port, isIPv6(host) ? 6 : 4, undefined, flags);
}

/** Sharing would be allowed with any process of the same user: two gateways must not share a port by accident. */
async function checkFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

function portOf(handle: BoundHandle): number {
  const name: Partial<AddressInfo> = {};
  handle.getsockname(name);
  return name.port ?? 0;
}

function listenError(errno: number, address: string, port: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`listen ${code} ${address}:${port}`), {
    code,
    errno,
    syscall: "listen",
    address,
    port,
  });
}
