import { createSocket, type RemoteInfo } from "node:dgram";
import { isIPv6 } from "node:net";
import type { OpenPort } from "./open-port.ts";

/** Where a client's datagrams come from, and its answers go to. */
export type UdpClient = Pick<RemoteInfo, "address" | "port">;

/** A UDP port that is being listened on. */
export interface OpenUdpPort extends OpenPort {
  /** May lose the datagram, as a network may. */
  send(datagram: Buffer, client: UdpClient): void;
}

/** What waits in the kernel's and Node's queues of a socket; beyond it datagrams are dropped, as by a router. */
export const SEND_QUEUE_BYTES = 256 * 1024;

/** Listens for datagrams. Rejects with the system's error. @param host "localhost" is IPv4 here */
export function openUdpPort(
  host: string,
  port: number,
  take: (datagram: Buffer, client: UdpClient, port: OpenUdpPort) => void,
): Promise<OpenUdpPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      // What was said of a client that is gone; nothing to be done about it.
      socket.on("error", () => {});
      let closed = false;
      const open: OpenUdpPort = {
        port: socket.address().port,
        send(datagram, client) {
          if (closed || socket.getSendQueueSize() > SEND_QUEUE_BYTES) return;
          socket.send(datagram, client.port, client.address, () => {});
        },
        close() {
          if (!closed) socket.close();
          closed = true;
        },
      };
      socket.on("message", (datagram, client) => take(datagram, client, open));
      resolve(open);
    });
  });
}
