// What node:http, that is llhttp in its strict mode, makes of the octets of a connection: a parser that many gateways and servers share.
// In: all octets, as latin1 text. Out: the messages in them, and how it ended.
// Never: a socket; octets come by a stream in memory, so that the same input gives the same verdict.
import { createServer, type IncomingMessage, request } from "node:http";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { KeptSocket } from "./kept-socket.ts";

export interface LlhttpMessage {
  /** Method and target, or the status. */
  readonly start: string;
  readonly version: string;
  /** Names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface LlhttpVerdict {
  /** Those that were whole. */
  readonly messages: readonly LlhttpMessage[];
  /** "", or the code of the error. */
  readonly error: string;
}

/** The code of the error where a message is not whole when the octets end. */
export const LLHTTP_INCOMPLETE = "HPE_INVALID_EOF_STATE";

class Read {
  readonly message: IncomingMessage;
  body = "";

  constructor(message: IncomingMessage) {
    this.message = message;
    message.on("error", () => {});
    message.on("data", (piece: Buffer) => (this.body += piece.toString("latin1")));
  }

  get asMessage(): LlhttpMessage {
    const { method, url, statusCode, httpVersion, rawHeaders } = this.message;
    const fields = Array.from({ length: rawHeaders.length / 2 }, (_, at): [string, string] => [
      (rawHeaders[2 * at] as string).toLowerCase(),
      rawHeaders[2 * at + 1] as string,
    ]);
    const start = statusCode === null || statusCode === undefined ? `${method} ${url}` : String(statusCode);
    return { start, version: httpVersion, fields, body: this.body };
  }
}

/** As a server reads them. Node's own rules that are not llhttp's are off. */
export async function readRequestsByLlhttp(octets: string): Promise<LlhttpVerdict> {
  const read: Read[] = [];
  let error = "";
  const server = createServer({ insecureHTTPParser: false, requireHostHeader: false, keepAlive: false });
  for (const event of ["request", "checkContinue", "checkExpectation"])
    server.on(event, (message: IncomingMessage) => void read.push(new Read(message)));
  server.on("connect", (message: IncomingMessage) => void read.push(new Read(message)));
  server.on("clientError", (refused: NodeJS.ErrnoException) => (error ||= refused.code ?? "error"));
  const socket = new KeptSocket();
  server.emit("connection", socket.asSocket);
  socket.push(Buffer.from(octets, "latin1"));
  await endOfTurn();
  await endOfTurn();
  socket.push(null);
  await endOfTurn();
  await endOfTurn();
  const messages = read.filter(({ message }) => message.complete).map((one) => one.asMessage);
  socket.destroy();
  server.close();
  return { messages, error };
}

/** As a client reads the answer to one request; `ends`: the server closes behind its octets. */
export async function readResponseByLlhttp(octets: string, method: string, ends: boolean): Promise<LlhttpVerdict> {
  const socket = new KeptSocket();
  let read: Read | null = null;
  let error = "";
  const asked = request({ method, insecureHTTPParser: false, createConnection: () => socket });
  asked.on("error", (refused: NodeJS.ErrnoException) => (error ||= refused.code ?? "error"));
  asked.on("response", (message) => {
    read = new Read(message);
    message.on("error", (refused: NodeJS.ErrnoException) => (error ||= refused.code ?? "error"));
  });
  asked.end();
  await endOfTurn();
  socket.push(Buffer.from(octets, "latin1"));
  await endOfTurn();
  await endOfTurn();
  if (ends) socket.push(null);
  await endOfTurn();
  await endOfTurn();
  const found = read as Read | null;
  const whole = found?.message.complete === true && (error === "" || found.message.readableEnded);
  asked.destroy();
  socket.destroy();
  return { messages: whole && found !== null ? [found.asMessage] : [], error };
}
