import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import type { Peer } from "../http/client-address.ts";
import type { Intake } from "../http1/intake.ts";
import { HeaderReader, type ReadHeader } from "../proxy-protocol/header-reader.ts";

/** A load balancer that was connected to on this port spoke TLS with the client, as ingress-nginx has it. */
export const HTTPS_PORT = 443;

/** What a PROXY header must be there by. */
export interface HeaderLimit {
  readonly deadlines: Deadlines;
  /** Milliseconds for the whole header. */
  readonly timeout: number;
}

/**
 * Reads the PROXY header that a trusted peer's connection must begin with. Without a whole and valid one in time, the connection is closed:
 * nothing tells what its octets are.
 * @param socket not read by anybody but `intake`
 * @param whole called once, in the turn that the header's last octet came in: with the client (null: the peer speaks for itself), and with
 *   what came behind the header. The intake is then the callee's.
 */
export function awaitProxyHeader(
  socket: Socket,
  intake: Intake,
  { deadlines, timeout }: HeaderLimit,
  whole: (client: Peer | null, rest: Buffer) => void,
): void {
  const reader = new HeaderReader();
  const over = (): void => {
    deadlines.delete(limit);
    intake.take = () => {};
    socket.off("end", close).off("close", over);
  };
  const close = (): void => {
    over();
    socket.destroy();
  };
  const limit: Expiring = { deadline: deadlines.after(timeout), expire: close };
  intake.take = (piece) => {
    const read = reader.feed(piece);
    if (read === null) return;
    if (read === "invalid") return close();
    over();
    whole(clientIn(read), read.rest);
  };
  socket.on("error", () => {});
  socket.on("end", close).on("close", over);
  deadlines.add(limit);
  socket.resume();
}

function clientIn({ ends }: ReadHeader): Peer | null {
  if (ends === null) return null;
  return ends.destination.port === HTTPS_PORT ? { ...ends.source, tlsEnded: true } : ends.source;
}
