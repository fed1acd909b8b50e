// A process: http-proxy or http-proxy-3 as their documentation shows them, with keep-alive to the upstream. Started with a Setting as JSON
// and, for http-proxy-3, that word.
import { readFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { announce } from "../announce.ts";
import type { Setting } from "./peer.ts";

/** The part of both that is used here: http-proxy brings no types. */
interface Proxy {
  web(request: IncomingMessage, response: ServerResponse): void;
  ws(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  on(
    event: "error",
    listener: (error: Error, request: IncomingMessage, response: ServerResponse | Duplex) => void,
  ): void;
}
interface HttpProxy {
  createProxyServer(options: { target: string; agent: Agent; xfwd: boolean }): Proxy;
}

const { upstreamPort, certificate } = JSON.parse(process.argv[2] as string) as Setting;
const library = createRequire(import.meta.url)(process.argv[3] ?? "http-proxy") as HttpProxy;
const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });
const proxy = library.createProxyServer({ target: `http://127.0.0.1:${upstreamPort}`, agent, xfwd: true });
// Counted by the load generator, and enough to make a run invalid.
proxy.on("error", (_error, _request, response) => {
  if ("headersSent" in response && !response.headersSent) response.writeHead(502);
  response.end();
});

const handle = (request: IncomingMessage, response: ServerResponse): void => proxy.web(request, response);
const plain = createServer({ keepAliveTimeout: 3_600_000 }, handle);
const tls = createTlsServer(
  { cert: readFileSync(certificate.chain), key: readFileSync(certificate.key), keepAliveTimeout: 3_600_000 },
  handle,
);
for (const server of [plain, tls]) server.on("upgrade", (request, socket, head) => proxy.ws(request, socket, head));

const port = (server: Server): number => (server.address() as AddressInfo).port;
plain.listen(0, "127.0.0.1", () => tls.listen(0, "127.0.0.1", () => announce(port(plain), port(tls))));
