// A process in a network of its own, with a server for each pod, told by messages what to do.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import type { Socket } from "node:net";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";

export type PodOrder =
  | { readonly kind: "connect"; readonly addresses: readonly string[] }
  | {
      readonly kind: "start";
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly pair?: CertificatePair;
    }
  | { readonly kind: "end" | "kill"; readonly address: string };

export interface PodReport {
  readonly number: number;
  readonly problem?: string;
}

const servers = new Map<string, { server: Server; sockets: Set<Socket> }>();

async function carryOut(order: PodOrder): Promise<void> {
  if (order.kind === "connect") connect(order.addresses);
  else if (order.kind === "start") await start(order);
  else await stop(order.address, order.kind === "kill");
}

function connect(addresses: readonly string[]): void {
  const ip = (...args: readonly string[]): unknown => execFileSync("ip", args, { stdio: "pipe" });
  for (const address of addresses) ip("address", "add", address, "dev", "pods");
  ip("link", "set", "lo", "up");
  ip("link", "set", "pods", "up");
}

async function start(order: Extract<PodOrder, { kind: "start" }>): Promise<void> {
  const answer: RequestListener = (request, response) => {
    let length = 0;
    request.on("data", (piece: Buffer) => (length += piece.length));
    request.on("end", () => response.end(`${order.name} ${request.url} ${length}`));
    request.on("error", () => {});
    response.on("error", () => {});
  };
  const { pair } = order;
  const server: Server =
    pair === undefined ? createServer(answer) : createSecure({ cert: pair.chain, key: pair.privateKey }, answer);
  // Longer than any test: that an upstream lets go of idle connections is tested elsewhere.
  server.keepAliveTimeout = 600_000;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  server.listen(order.port, order.address);
  await once(server, "listening");
  servers.set(order.address, { server, sockets });
}

async function stop(address: string, atOnce: boolean): Promise<void> {
  const found = servers.get(address);
  if (found === undefined) throw new Error(`no pod at ${address}`);
  servers.delete(address);
  const { server, sockets } = found;
  const closed = once(server, "close");
  server.close();
  if (atOnce) for (const socket of sockets) socket.resetAndDestroy();
  await closed;
}

process.on("message", ({ number, order }: { number: number; order: PodOrder }) => {
  carryOut(order).then(
    () => process.send?.({ number } satisfies PodReport),
    (error: Error) => process.send?.({ number, problem: error.message } satisfies PodReport),
  );
});
process.on("disconnect", () => process.exit());
process.send?.({ number: -1 } satisfies PodReport);
