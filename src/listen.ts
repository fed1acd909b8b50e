import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Connections for servers that few ask: the kubelet, Prometheus, API servers, a person. */
export const FEW = 500;

/**
 * Starts a server and tells its port.
 * @param host absent: all addresses.
 * @param most connections at a time; beyond it the oldest is let go, so that whoever opens thousands neither keeps others out nor takes our memory
 * @throws the system's error (EADDRINUSE, EACCES …).
 */
export async function listen(
  server: Server,
  address: { host?: string; port: number },
  most: number = Infinity,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...address, exclusive: true }, () => {
      server.off("error", reject);
      // A connection that could not be accepted is told here, and is no reason to end the process.
      server.on("error", () => {});
      resolve();
    });
  });
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    const [oldest] = open;
    if (open.size >= most) oldest?.destroy();
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  return (server.address() as AddressInfo).port;
}

/** Stops a server at once, with its connections. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
