import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { HeaderReader, type ReadHeader } from "./header-reader.ts";

/**
 * Reads the header off a socket that is read as a stream, and pauses it again. What came behind the header is `rest`.
 * Rejects with proxy_header_invalid, request_timeout or client_closed; the socket is then the caller's to end.
 * @param timeout milliseconds for the whole header
 */
export function receiveProxyHeader(socket: Socket, deadlines: Deadlines, timeout: number): Promise<ReadHeader> {
  return new Promise((resolve, reject) => {
    const reader = new HeaderReader();
    const over = (): void => {
      deadlines.delete(limit);
      socket.pause().off("data", take).off("end", left).off("close", left);
    };
    const fail = (failure: Failed): void => {
      over();
      reject(failure);
    };
    const limit: Expiring = {
      deadline: deadlines.after(timeout),
      expire: () => fail(new Failed("request_timeout", "the PROXY header is not complete")),
    };
    const left = (): void => fail(new Failed("client_closed", "the connection ended before its PROXY header"));
    const take = (piece: Buffer): void => {
      const read = reader.feed(piece);
      if (read === null) return;
      if (read === "invalid") return fail(new Failed("proxy_header_invalid", "no PROXY header, or a malformed one"));
      over();
      resolve(read);
    };
    deadlines.add(limit);
    socket.on("data", take).on("end", left).on("close", left);
    socket.resume();
  });
}
