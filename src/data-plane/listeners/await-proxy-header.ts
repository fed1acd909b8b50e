import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import type { Peer } from "../http/client-address.ts";
import type { Intake } from "../http1/intake.ts";
import { HeaderReader, type ReadHeader } from "../proxy-protocol/header-reader.ts";

/** A load balancer that was connected to on this port spoke TLS with the client, as ingress-nginx has it. */
const HTTPS_PORT = 443;

export interface HeaderWait {
  readonly deadlines: Deadlines;
  /** Milliseconds for the whole header. */
  readonly timeout: number;
  /**
   * Called once, in the turn that the header's last octet came in: with the client (null: the peer speaks for itself), and with what came
   * behind the header. The intake is then the callee's.
   */
  readonly whole: (client: Peer | null, rest: Buffer) => void;
  /** Called where the connection is closed for what came, or did not come; not where the peer left without a word, as a probe does. */
  readonly refused: (why: string) => void;
}

/**
 * Reads the PROXY header that a trusted peer's connection must begin with. Without a whole and valid one in time, the connection is closed:
 * nothing tells what its octets are.
 * @param socket not read by anybody but `intake`
 */
export function awaitProxyHeader(socket: Socket, intake: Intake, wait: HeaderWait): void {
  const { deadlines, timeout, whole, refused } = wait;
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
  const refuse = (why: string): void => {
    close();
    refused(why);
  };
  const expire = (): void => refuse("since its PROXY header did not come in time");
  const limit: Expiring = { deadline: deadlines.after(timeout), expire };
  intake.take = (piece) => {
    const read = reader.feed(piece);
    if (read === null) return;
    if (read === "invalid") return refuse("since it does not begin with a valid PROXY header");
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
  const { source, destination } = ends;
  return { ...source, publicPort: destination.port, tlsEnded: destination.port === HTTPS_PORT };
}
