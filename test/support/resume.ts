import { once } from "node:events";
import { connect, type SecureVersion, type TLSSocket } from "node:tls";

/** A TLS connection that has been served once, and what the next one may resume. */
export interface Visit {
  readonly resumed: boolean;
  readonly session: Buffer;
  readonly answer: string;
}

/** Connects, asks for "/", reads the answer to its end. @param session of an earlier visit, offered to be resumed */
export async function visit(
  port: number,
  servername: string,
  version: SecureVersion,
  session?: Buffer,
): Promise<Visit> {
  const socket = connect({
    port,
    host: "127.0.0.1",
    servername,
    minVersion: version,
    maxVersion: version,
    rejectUnauthorized: false,
    ...(session === undefined ? {} : { session }),
  });
  let latest: Buffer | undefined;
  socket.on("session", (ticket) => (latest = ticket));
  await once(socket, "secureConnect");
  const resumed = socket.isSessionReused();
  const answer = await ask(socket, servername);
  return { resumed, session: latest ?? session ?? Buffer.alloc(0), answer };
}

async function ask(socket: TLSSocket, host: string): Promise<string> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = "";
  socket.setEncoding("utf8").on("data", (piece: string) => (answer += piece));
  await once(socket, "end");
  socket.destroy();
  return answer;
}
