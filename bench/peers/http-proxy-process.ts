// A process: http-proxy as its documentation shows it, with keep-alive to the upstream. Started with the upstream's port.
import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { announce } from "../announce.ts";

/** The part of http-proxy used here: the package brings no types. */
interface HttpProxy {
  createProxyServer(options: { target: string; agent: Agent; xfwd: boolean }): {
    web(request: IncomingMessage, response: ServerResponse): void;
    on(event: "error", listener: (error: Error, request: IncomingMessage, response: ServerResponse) => void): void;
  };
}
const httpProxy = createRequire(import.meta.url)("http-proxy") as HttpProxy;

const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${process.argv[2]}`, agent, xfwd: true });
// Counted by the load generator, and enough to make a run invalid.
proxy.on("error", (_error, _request, response) => {
  if (!response.headersSent) response.writeHead(502);
  response.end();
});

const server = createServer((request, response) => proxy.web(request, response));
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
