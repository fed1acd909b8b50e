import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { FAILURES } from "../exchange/failure.ts";

/** Whether OpenSSL has recognised a request of plain HTTP in the place of a handshake. */
export function isPlainHttp(error: Error): boolean {
  return "code" in error && error.code === "ERR_SSL_HTTP_REQUEST";
}

/** Tells a client that speaks plain HTTP to a TLS listener so. @param socket the one below TLS, about to be destroyed: what can be written at once is */
export function answerPlainHttp(socket: Socket): void {
  const { status, text } = FAILURES.plain_on_tls;
  const body = `${status} ${STATUS_CODES[status] ?? ""}: ${text}\n`;
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
