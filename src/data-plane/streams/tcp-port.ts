import { createServer, type AddressInfo, type Socket } from "node:net";
import type { OpenPort, PortAddress } from "./open-port.ts";

/** Listens for connections. Rejects with the system's error. @param accept gets each, paused */
export function openTcpPort(address: PortAddress, accept: (socket: Socket) => void): Promise<OpenPort> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, pauseOnConnect: true },
      accept,
    );
    server.once("error", reject);
    const { host, port, handle } = address;
    const listening = (): void => {
      server.off("error", reject);
      // Running out of file descriptors is reported here; the listener goes on when there are some again.
      server.on("error", () => {});
      const close = (): void => void server.close();
      resolve({ port: (server.address() as AddressInfo).port, stopListening: close, close });
    };
    if (handle === undefined) server.listen({ host, port, exclusive: true, backlog: BACKLOG }, listening);
    else server.listen(handle, BACKLOG, listening);
  });
}

/** Connections that wait to be accepted. */
const BACKLOG = 4096;
