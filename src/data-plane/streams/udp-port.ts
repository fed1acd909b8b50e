import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { OpenPort, PortAddress } from "./open-port.ts";

/** Where a client's datagrams come from, and its answers go to. */
export type UdpClient = Pick<RemoteInfo, "address" | "port">;

/** A UDP port that is being listened on. */
export interface OpenUdpPort extends OpenPort {
  /** May lose the datagram, as a network may. */
  send(datagram: Buffer, client: UdpClient): void;
}

/** What waits in the kernel's and Node's queues of a socket; beyond it datagrams are dropped, as by a router. */
export const SEND_QUEUE_BYTES = 256 * 1024;

/** A bound socket of Node's own kind, as far as its documentation does not tell. */
interface UdpHandle {
  getsockname(into: { family?: string }): number;
  recvStop(): void;
}

/** Listens for datagrams. Rejects with the system's error. */
export function openUdpPort(
  address: PortAddress,
  take: (datagram: Buffer, client: UdpClient, port: OpenUdpPort) => void,
): Promise<OpenUdpPort> {
  const handle = address.handle as UdpHandle | undefined;
  return new Promise((resolve, reject) => {
    const socket = createSocket(familyOf(address.host, handle));
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    const bound = (): void => {
      socket.removeAllListeners("error");
      // What was said of a client that is gone; nothing to be done about it.
      socket.on("error", () => {});
      const open = openPort(socket, () => handle?.recvStop());
      socket.on("message", (datagram, client) => take(datagram, client, open));
      resolve(open);
    };
    if (handle === undefined) socket.bind({ address: address.host, port: address.port, exclusive: true }, bound);
    else socket.bind(handle as never, bound);
  });
}

function openPort(socket: Socket, stopListening: () => void): OpenUdpPort {
  let closed = false;
  return {
    port: socket.address().port,
    send(datagram, client) {
      if (closed || socket.getSendQueueSize() > SEND_QUEUE_BYTES) return;
      socket.send(datagram, client.port, client.address, () => {});
    },
    stopListening,
    close() {
      if (!closed) socket.close();
      closed = true;
    },
  };
}

/** "localhost" is IPv4 here. */
function familyOf(host: string, handle: UdpHandle | undefined): "udp4" | "udp6" {
  const name: { family?: string } = {};
  handle?.getsockname(name);
  return name.family === "IPv6" || isIPv6(host) ? "udp6" : "udp4";
}
