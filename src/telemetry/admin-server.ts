// A window into the running gateway, for the person at this machine.
// In: GET and HEAD over loopback. Out: the snapshot, redacted; which route serves a host and path; how endpoints fare; readiness.
// Never: a change of anything, a private key, an answer to a Host that is not this machine (DNS rebinding).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { explain } from "../data-plane/route-table/explain.ts";
import type { StreamStatus } from "../data-plane/streams/stream-status.ts";
import type { UpstreamStatus } from "../data-plane/upstreams/upstream-status.ts";
import { normalPath } from "../snapshot/normal-path.ts";
import { printable } from "../snapshot/printable.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { askedUrl } from "./asked-url.ts";
import { answerTo, type Readiness } from "./health-server.ts";
import { FEW, listen, stopListening } from "../listen.ts";
import { isLoopbackAuthority } from "./loopback.ts";
import { reportJson, routeReport } from "./route-report.ts";

/** What the admin server looks at. */
export interface Inspected {
  readiness(): Readiness;
  snapshot(): RoutingSnapshot;
  upstreams(): readonly UpstreamStatus[] | Promise<readonly UpstreamStatus[]>;
  /** The processes that serve; empty where this one serves by itself. */
  workers(): readonly object[];
  streams(): readonly StreamStatus[];
}

interface Answer {
  readonly status: number;
  readonly type: "json" | "plain";
  readonly text: string;
}

const INDEX = `ts-ingress admin

/snapshot             what is being served, private keys redacted (JSON)
/routes?host=&path=   which route serves a host and path, and why (JSON)
/upstreams            endpoints: which are ejected since they failed, and their connections (JSON)
/streams              TCP and UDP services: the ports that are open, and why others are not (JSON)
/workers              processes that serve, with their connections; none where this one serves by itself (JSON)
/readyz               readiness, with ?verbose its checks
`;

const KNOWN = ["/", "/snapshot", "/routes", "/upstreams", "/streams", "/workers"];

export class AdminServer {
  readonly #server: Server;
  readonly #inspected: Inspected;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.#server = createServer({ requestTimeout: 10_000 }, (request, response) => void this.#serve(request, response));
  }

  /** Listens on 127.0.0.1. @returns the port. @throws the system's error when the port is busy. */
  listen(port: number): Promise<number> {
    return listen(this.#server, { host: "127.0.0.1", port }, FEW);
  }

  close(): Promise<void> {
    return stopListening(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch((error: unknown) =>
      plain(500, `This cannot be shown: ${error instanceof Error ? error.message : String(error)}\n`),
    );
    response.writeHead(answer.status, {
      "content-type": answer.type === "json" ? "application/json" : "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(answer.status === 405 ? { allow: "GET, HEAD" } : {}),
    });
    response.end(answer.text);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (!isLoopbackAuthority(request.headers.host ?? "")) {
      return plain(403, "Ask by a name of this machine: localhost, 127.0.0.1 or [::1].\n");
    }
    const { pathname, searchParams } = askedUrl(request);
    const method = request.method ?? "";
    if (pathname === "/readyz") {
      const { status, text } = answerTo(method, pathname, searchParams.has("verbose"), this.#inspected.readiness());
      return plain(status, text);
    }
    if (!KNOWN.includes(pathname)) return plain(404, `Not found. There is:\n\n${INDEX}`);
    if (method !== "GET" && method !== "HEAD") return plain(405, "Only GET and HEAD are answered here.\n");
    if (pathname === "/snapshot") return json(200, printable(this.#inspected.snapshot()));
    if (pathname === "/upstreams") return json(200, await this.#inspected.upstreams());
    if (pathname === "/streams") return json(200, this.#inspected.streams());
    if (pathname === "/workers") return json(200, this.#inspected.workers());
    return pathname === "/routes" ? this.#routes(searchParams) : plain(200, INDEX);
  }

  #routes(query: URLSearchParams): Answer {
    const host = query.get("host");
    if (host === null) return plain(400, "Say which host: /routes?host=shop.example.com&path=/cart\n");
    const path = query.get("path") ?? "/";
    if (normalPath(path) === null) {
      return plain(400, "This path is answered 400: it must begin with a slash and stay below it.\n");
    }
    const snapshot = this.#inspected.snapshot();
    const report = routeReport(snapshot, explain(snapshot, host, path));
    return json(200, reportJson(report));
  }
}

function plain(status: number, text: string): Answer {
  return { status, type: "plain", text };
}

function json(status: number, value: object): Answer {
  return { status, type: "json", text: `${JSON.stringify(value, null, 2)}\n` };
}
