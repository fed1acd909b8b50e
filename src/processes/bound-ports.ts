import { lookup } from "node:dns/promises";
import net, { createServer, isIPv6 } from "node:net";
import type { ListenAddress } from "../data-plane/listeners/listeners.ts";
import { type BoundHandle, sharePort } from "./share-port.ts";

/** One port as several sockets that share it, one a worker. */
export interface BoundPort {
  readonly host: string;
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
  const { port, handles, shared } = sharePort(
    { call: "listen", reusePort: REUSE_PORT, bind },
    host,
    address.port,
    count,
  );
  return { host, port, handles: shared ? handles : Array.from({ length: count }, () => handles[0]) };
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
