import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";

export interface HelloWait {
  readonly deadlines: Deadlines;
  /** Milliseconds for the whole ClientHello. */
  readonly timeout: number;
  /**
   * Called once with the ClientHello, or null where the connection begins with something else. The socket is then paused, nobody listens to its
   * data, and all that was read is put back.
   */
  readonly known: (hello: ClientHello | null) => void;
}

/** Octets a ClientHello may take, records included: those with post-quantum key shares have two thousand. */
const LONGEST = 16 * 1024;
/** Pieces that are kept as they came: a buffer of a single octet takes a hundred times its memory. */
const MOST_PIECES = 64;

/**
 * Reads the ClientHello of a connection without taking it. Without a whole one in time, or where it is too long, the connection is closed.
 * @param socket paused or not read yet, with an `error` listener; what was put back on it counts
 */
export function awaitClientHello(socket: Socket, wait: HelloWait): void {
  const { deadlines, timeout, known } = wait;
  let received: Buffer[] = [];
  let length = 0;
  /** Octets before which there is no whole one: who sends one at a time must not have all of them read anew for each. */
  let least = 1;
  const over = (): void => {
    deadlines.delete(limit);
    socket.off("data", take).off("end", leave).off("close", over);
  };
  const leave = (): void => {
    over();
    socket.destroy();
  };
  const limit: Expiring = { deadline: deadlines.after(timeout), expire: leave };
  const take = (piece: Buffer): void => {
    received.push(piece);
    length += piece.length;
    if (received.length === MOST_PIECES) received = [Buffer.concat(received, length)];
    if (length < Math.min(least, LONGEST)) return;
    const octets = Buffer.concat(received, length);
    const hello = readClientHello(octets);
    if (typeof hello === "number") {
      received = [octets];
      least = length + hello;
      return length >= LONGEST ? leave() : undefined;
    }
    over();
    socket.pause();
    socket.unshift(octets);
    known(hello === "not TLS" ? null : hello);
  };
  deadlines.add(limit);
  socket.on("end", leave).on("close", over).on("data", take).resume();
}
