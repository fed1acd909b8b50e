import http from "node:http";
import https from "node:https";
import type { TlsIdentity } from "./credentials.ts";

/** Milliseconds without traffic after which TCP asks whether the other side is still there. */
const KEEP_ALIVE = 30_000;

/** One agent with idle connections to the API server, made anew when the certificates change (a rotated authority, a renewed client certificate). */
export class Agents {
  readonly #secure: boolean;
  readonly #proxy: string | undefined;
  #current: { readonly agent: http.Agent; readonly tls: string } | null = null;

  constructor(server: URL, proxy: string | undefined) {
    this.#secure = server.protocol === "https:";
    this.#proxy = proxy;
  }

  for(tls: TlsIdentity): http.Agent {
    const now = JSON.stringify(tls);
    if (this.#current?.tls === now) return this.#current.agent;
    if (this.#current !== null) retire(this.#current.agent);
    const agent = this.#make(tls);
    this.#current = { agent, tls: now };
    return agent;
  }

  /** Ends idle connections; those in use are ended by whoever uses them. */
  close(): void {
    if (this.#current !== null) retire(this.#current.agent);
    this.#current = null;
  }

  #make(tls: TlsIdentity): http.Agent {
    const proxyEnv = this.#proxy === undefined ? {} : { HTTP_PROXY: this.#proxy, HTTPS_PROXY: this.#proxy };
    const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE, maxFreeSockets: 4, proxyEnv };
    return this.#secure ? new https.Agent({ ...options, ...tls }) : new http.Agent(options);
  }
}

/** Watches go on over the connections of an agent that is no longer used; what is idle, or becomes idle, is closed. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
