import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request for it is answered an octet a second, until the client leaves: a download, a stream of events. */
export const LONG_PATH = "/long";

/** All endpoints there are, as one server: each address of 127.0.0.0/8 leads here, and is named in the answer. */
export async function startUpstream(): Promise<{ readonly port: number; close: () => void }> {
  const server = createServer({ keepAliveTimeout: 0 }, answer).listen(0, "0.0.0.0", 4096);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => closeAll(server) };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  // What the gateway turns away still has a body.
  request.resume();
  const address = request.socket.localAddress ?? "";
  if (request.url !== LONG_PATH) return void response.end(address);
  response.writeHead(200, { "content-length": 3600 });
  const timer = setInterval(() => response.write("."), 1000);
  response.write(".");
  response.on("close", () => clearInterval(timer));
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}
