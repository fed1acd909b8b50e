import type { Socket } from "node:net";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Passthrough } from "../../snapshot/route.ts";
import type { Deadlines } from "../deadlines.ts";
import { type Peer, peerOf } from "../http/client-address.ts";
import type { Timeouts } from "../limits.ts";
import type { TlsClient } from "../streams/pass-through.ts";
import { awaitClientHello } from "./await-client-hello.ts";
import type { ClientHello } from "./client-hello.ts";
import { readServerName } from "./server-names.ts";
import type { TlsHandshakes } from "./tls-handshakes.ts";

/** What hangs on what clients say before TLS begins. */
export interface HelloSettings {
  /** Whether anything does: then that is looked at. */
  readonly readsHello: () => boolean;
  /** Where TLS connections for a server name are handed on to unopened; null: they are opened. */
  readonly passthroughOf: (serverName: string) => Passthrough | null;
  readonly passThrough: (client: TlsClient, passthrough: Passthrough) => void;
  /** What clients that ask for this name (null: for none) are asked for themselves; null for nothing. */
  readonly askedOf: (serverName: string | null) => ClientCertificates | null;
  readonly deadlines: Deadlines;
  readonly timeouts: Timeouts;
}

/**
 * Opens TLS, or hands the connection on unopened.
 * @param socket nobody has taken anything of the ClientHello yet; with an `error` listener
 * @param mayPass whether one that is not to be opened may be served
 */
export function beginTls(
  socket: Socket,
  peer: Peer | null,
  handshakes: TlsHandshakes,
  settings: HelloSettings,
  mayPass: () => boolean,
): void {
  const { readsHello, askedOf, passthroughOf, passThrough, deadlines, timeouts } = settings;
  if (!readsHello()) return handshakes.begin(socket, peer, null, null);
  const known = (hello: ClientHello | null): void => {
    const serverName = readServerName(hello?.serverName ?? "");
    const passthrough = serverName === null ? null : passthroughOf(serverName);
    if (serverName === null || passthrough === null) {
      return handshakes.begin(socket, peer, askedOf(serverName), serverName);
    }
    if (!mayPass()) return void socket.destroy();
    const { address } = peer ?? peerOf(socket);
    passThrough({ socket, address, serverName, port: socket.localPort ?? 0 }, passthrough);
  };
  awaitClientHello(socket, { deadlines, timeout: timeouts.tlsHandshake, known });
}
