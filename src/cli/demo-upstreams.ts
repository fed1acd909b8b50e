import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { CertificatePair } from "../snapshot/pair.ts";
import { listen, stopListening } from "../listen.ts";
import { acceptWebSocketEcho } from "./demo-websocket.ts";
import { busyPort } from "./ports.ts";
import { isSystemError } from "./problem.ts";

/** Where the manifests of deploy/local point to. */
const DEMO_PORTS = { plain: 18_081, secure: 18_444 } as const;

/**
 * Starts what answers the bundled example: an HTTP server that shows each request and echoes WebSockets, and an HTTPS server that
 * stands for the Kubernetes Dashboard. Both on 127.0.0.1.
 * @throws {Problem} when a port is busy; nothing is left running then.
 */
export async function startDemoUpstreams(
  pair: CertificatePair,
  ports: { readonly plain: number; readonly secure: number } = DEMO_PORTS,
): Promise<{ readonly plain: number; readonly secure: number; close(): Promise<void> }> {
  const plain = createPlainServer(showRequest);
  plain.on("upgrade", acceptWebSocketEcho);
  const secure = createSecureServer({ cert: pair.chain, key: pair.privateKey }, showDashboard);
  const close = async (): Promise<void> => {
    await Promise.all([stopListening(plain), stopListening(secure)]);
  };
  try {
    return { plain: await start(plain, ports.plain), secure: await start(secure, ports.secure), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(server: Server, port: number): Promise<number> {
  try {
    return await listen(server, { host: "127.0.0.1", port });
  } catch (error) {
    // The manifests name these ports, so there is no other one to take.
    throw isSystemError(error) ? busyPort("", "127.0.0.1", port, error.code ?? "") : error;
  }
}

/** Says what arrived, so that one sees what a gateway does to a request. */
function showRequest(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.end(`hello from the plain demo upstream\n\n${requestText(request)}`);
}

function showDashboard(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Kubernetes Dashboard (demo)</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 3rem auto; padding: 0 1rem } pre { overflow-x: auto }</style>
<h1>Kubernetes Dashboard (demo)</h1>
<p>This page came over TLS twice: from you to ts-ingress, and from ts-ingress to this upstream.</p>
<p>It received:</p>
<pre>${escapeHtml(requestText(request))}</pre>
</html>
`);
}

function requestText(request: IncomingMessage): string {
  let text = `${request.method} ${request.url}\n`;
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    text += `${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}\n`;
  return text;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
