import { connect, isIP, type Socket } from "node:net";
import type { Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import type { ConnectOptions } from "./connect.ts";
import { connectFailure } from "./connect-failure.ts";

/**
 * Opens a TCP socket that is read as the stream it is, and whose halves end each by itself: for octets of any protocol.
 * @returns the socket, paused, without listeners but one for errors; rejects with connect_failed, connect_timeout, out_of_sockets or out_of_ports
 */
export function connectTcp(options: Omit<ConnectOptions, "tls" | "http2">): Promise<Socket> {
  const { host, port, timeout, deadlines, whenCancellable } = options;
  const where = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    });
    socket.pause();
    const fail = (failure: Failed): void => {
      deadlines.delete(limit);
      socket.destroy();
      reject(failure);
    };
    const limit: Expiring = {
      deadline: deadlines.after(timeout),
      expire: () => fail(new Failed("connect_timeout", `${where}: no connection within ${timeout} ms`)),
    };
    deadlines.add(limit);
    whenCancellable(fail);
    const lost = (error: Error): void => fail(connectFailure(error, where));
    socket.on("error", lost);
    socket.once("connect", () => {
      deadlines.delete(limit);
      socket.off("error", lost).on("error", () => {});
      resolve(socket);
    });
  });
}
