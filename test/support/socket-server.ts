import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { onTestFinished } from "vitest";

/**
 * A server on any free port of loopback, closed with its connections when the test is over.
 * @param make makes the server; what it accepts goes to `accept`
 * @param serve what is done with a connection
 */
export async function socketServer<Accepted extends Socket>(
  make: (accept: (socket: Accepted) => void) => Server,
  serve: (socket: Accepted) => void,
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Accepted>();
  const server = make((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}
