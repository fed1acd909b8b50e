import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts a server and tells its port. @param host absent: all addresses. @throws the system's error (EADDRINUSE, EACCES …). */
export async function listen(server: Server, address: { host?: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...address, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
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
