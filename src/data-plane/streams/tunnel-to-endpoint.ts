import type { Duplex } from "node:stream";
import type { Deadlines } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { runTunnel } from "../http1/tunnel.ts";
import type { LiveUpstream } from "../upstreams/live-upstream.ts";
import { connectToEndpoint, type EndpointSearch } from "./connect-to-endpoint.ts";

/** A client whose octets go to an endpoint as they are. */
export interface EndpointTunnel extends Omit<EndpointSearch, "record" | "whenCancellable"> {
  /** Paused; half-open sockets are allowed. */
  readonly client: Duplex;
  readonly upstream: LiveUpstream;
  /** What the client sent and we have read. */
  readonly early: readonly Buffer[];
  /** What we send to the endpoint before anything of the client's: a PROXY header. */
  readonly preface: Buffer | null;
  readonly deadlines: Deadlines;
  /** Milliseconds without an octet in either direction. */
  readonly idle: number;
  readonly record: EndpointSearch["record"] & { fromClient: number; fromUpstream: number };
}

/**
 * Finds an endpoint and joins the client to it until both sides are closed.
 * Rejects with a `Failed` where no endpoint was reached; the client is then the caller's to end.
 */
export async function tunnelToEndpoint(tunnel: EndpointTunnel): Promise<void> {
  const { client, upstream, early, preface, deadlines, idle, record } = tunnel;
  let cancel: (failure: Failed) => void = () => {};
  const left = (): void => cancel(new Failed("client_closed", "the client left before the endpoint was reached"));
  client.once("close", left);
  const socket = await connectToEndpoint(upstream, { ...tunnel, whenCancellable: (give) => (cancel = give) });
  client.off("close", left);
  if (client.destroyed) {
    socket.destroy();
    throw new Failed("client_closed", "the client left while the endpoint was looked for");
  }
  if (preface !== null) socket.write(preface);
  const opened = { socket, firstBytes: NOTHING };
  const traffic = await runTunnel(client, opened, early, deadlines, idle, undefined, true);
  record.fromClient += traffic.fromClient + early.reduce((sum, piece) => sum + piece.length, 0);
  record.fromUpstream += traffic.fromUpstream;
}

const NOTHING = Buffer.alloc(0);
