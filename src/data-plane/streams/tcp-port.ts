import { createServer, type AddressInfo, type Socket } from "node:net";
import type { OpenPort } from "./open-port.ts";

/** Listens for connections. Rejects with the system's error. @param accept gets each, paused */
export function openTcpPort(host: string, port: number, accept: (socket: Socket) => void): Promise<OpenPort> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, pauseOnConnect: true },
      accept,
    );
    server.once("error", reject);
    server.listen({ host, port, exclusive: true, backlog: 4096 }, () => {
      server.off("error", reject);
      // Running out of file descriptors is reported here; the listener goes on when there are some again.
      server.on("error", () => {});
      resolve({ port: (server.address() as AddressInfo).port, close: () => void server.close() });
    });
  });
}
