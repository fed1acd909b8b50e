import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Deadlines, Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { type Intake, lendingIntake } from "../http1/intake.ts";
import { lendTo } from "../http1/lend-to.ts";
import { connectFailure } from "./connect-failure.ts";
import type { TlsToUpstream } from "./tls-to-upstream.ts";

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** Null for plain TCP. `onSession` gets sessions of handshakes that were accepted, and no others: who resumes one is not verified again. */
  readonly tls: {
    readonly settings: TlsToUpstream;
    readonly session: Buffer | undefined;
    readonly onSession: (session: Buffer) => void;
  } | null;
  /** For HTTP/2: the socket is read by nobody yet, and TLS has agreed on "h2" by ALPN. */
  readonly http2: boolean;
  /** Milliseconds for TCP and TLS together. */
  readonly timeout: number;
  readonly deadlines: Deadlines;
  readonly whenCancellable: (cancel: (failure: Failed) => void) => void;
}

/** A socket that is ready to write on, and how to read from it. */
export interface Opened {
  readonly socket: Socket;
  readonly intake: Intake;
}

/**
 * Opens a socket to an endpoint, with TLS where asked.
 * @returns the socket, ready to write, without listeners but one for errors; rejects with connect_failed, connect_timeout,
 * out_of_sockets, out_of_ports or upstream_tls_failed, in all of which no byte of a request was sent
 */
export function connect(options: ConnectOptions): Promise<Opened> {
  const { host, port, tls, http2, deadlines } = options;
  return new Promise((resolve, reject) => {
    const settings = tls === null ? null : handshakeOf(tls.settings);
    let tcpConnected = false;
    const { intake, onread } = lendingIntake();
    const tcp = connectTcp({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      // TLS and HTTP/2 read from the stream below them.
      ...(tls === null && !http2 ? { onread } : {}),
    });
    const socket: Socket =
      tls === null
        ? tcp
        : connectTls({
            ...settings,
            socket: tcp,
            ALPNProtocols: [http2 ? "h2" : "http/1.1"],
            ...(tls.session === undefined ? {} : { session: tls.session }),
          });
    const where = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const fail = (failure: Failed): void => {
      deadlines.delete(limit);
      socket.destroy();
      tcp.destroy();
      reject(failure);
    };
    const limit: Expiring = {
      deadline: deadlines.after(options.timeout),
      expire: () => fail(new Failed("connect_timeout", `${where}: no connection within ${options.timeout} ms`)),
    };
    deadlines.add(limit);
    options.whenCancellable(fail);
    const lost = (error: Error): void => {
      if (tls === null || !tcpConnected) return fail(connectFailure(error, where));
      fail(new Failed("upstream_tls_failed", `${where}: ${error.message || "connection closed"}`));
    };
    tcp.once("connect", () => (tcpConnected = true));
    if (tls !== null) {
      tcp.on("error", lost);
      // Node keeps it back until the certificate is accepted, also in TLS 1.2, where OpenSSL has it before.
      socket.on("session", tls.onSession);
    }
    // A TLS socket may be closed before the error of its TCP socket is told.
    const closed = (): void => lost(tcp.errored ?? new Error("connection closed"));
    socket.on("error", lost);
    socket.once("close", closed);
    socket.once(tls === null ? "connect" : "secureConnect", () => {
      if (http2 && tls !== null && (socket as TLSSocket).alpnProtocol !== "h2")
        return lost(new Error("the server does not offer HTTP/2 (no h2 by ALPN)"));
      deadlines.delete(limit);
      socket.off("close", closed);
      // `lost` would keep the exchange that opened this connection, and its client, as long as it lives.
      for (const opened of new Set([socket, tcp])) opened.off("error", lost).on("error", ignore);
      resolve({ socket, intake: tls === null || http2 ? intake : lendTo(socket) });
    });
  });
}

function handshakeOf(settings: TlsToUpstream): ConnectionOptions {
  try {
    return settings.options();
  } catch (error) {
    throw new Failed("upstream_tls_failed", (error as Error).message);
  }
}

/** An error is followed by `close`. */
function ignore(): void {}
