import type { AddressInfo } from "node:net";
import { getSystemErrorName } from "node:util";

/** A bound socket that this process never reads or accepts from; Node's own kind, not documented, but what node:cluster is made of. */
export interface BoundHandle {
  getsockname(into: Partial<AddressInfo>): number;
  close(): void;
}

/** How a kind of sockets is bound. */
export interface Binding<Handle extends BoundHandle> {
  /** The system call, for errors: "listen", "bind". */
  readonly call: string;
  /** The flag with which several sockets share a port. */
  readonly reusePort: number;
  /** @returns the socket, or the system's error number */
  readonly bind: (host: string, port: number, flags: number) => Handle | number;
}

/**
 * Binds `count` sockets to one port; where the system cannot share a port so, one. @param port 0 for any free one
 * @throws the system's error when one of them cannot be bound; none stays open then
 */
export function sharePort<Handle extends BoundHandle>(
  { call, reusePort, bind }: Binding<Handle>,
  host: string,
  port: number,
  count: number,
): { readonly port: number; readonly handles: readonly [Handle, ...Handle[]]; readonly shared: boolean } {
  const first = tryBind(bind, host, port, reusePort);
  if (typeof first === "number") {
    const only = tryBind(bind, host, port, 0);
    if (typeof only === "number") throw bindError(call, only, host, port);
    return { port: portOf(only), handles: [only], shared: false };
  }
  const handles: [Handle, ...Handle[]] = [first];
  const taken = portOf(first);
  while (handles.length < count) {
    const next = tryBind(bind, host, taken, reusePort);
    if (typeof next === "number") {
      for (const handle of handles) handle.close();
      throw bindError(call, next, host, taken);
    }
    handles.push(next);
  }
  return { port: taken, handles, shared: true };
}

/** A TCP port that is busy is no error of libuv's bind: it is told by whatever is asked of the socket next. */
function tryBind<Handle extends BoundHandle>(
  bind: Binding<Handle>["bind"],
  host: string,
  port: number,
  flags: number,
): Handle | number {
  const handle = bind(host, port, flags);
  if (typeof handle === "number") return handle;
  const errno = handle.getsockname({});
  if (errno === 0) return handle;
  handle.close();
  return errno;
}

function portOf(handle: BoundHandle): number {
  const name: Partial<AddressInfo> = {};
  handle.getsockname(name);
  return name.port ?? 0;
}

function bindError(syscall: string, errno: number, address: string, port: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall} ${code} ${address}:${port}`), { code, errno, syscall, address, port });
}
