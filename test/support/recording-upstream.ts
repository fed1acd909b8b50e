import { createServer as createPlain, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTls, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { ByteLog } from "./byte-log.ts";
import { Malformed, readHead, readRequest, show, values, type Head, type Message } from "./message.ts";
import { Waiting } from "./waiting.ts";

export interface RecordedRequest extends Message {
  readonly method: string;
  readonly target: string;
  readonly connection: RecordedConnection;
}

/** What to write, byte for byte; null writes nothing (the script writes itself, later or never). */
export type Answer = string | Buffer | null;

export interface UpstreamScript {
  /** Called with each complete request. Default: `markerAnswer`. */
  readonly onRequest?: (request: RecordedRequest) => Answer;
  /** Called with each head, before its body is complete. Default: 100 (Continue) where it is expected. */
  readonly onHead?: (head: Head, connection: RecordedConnection) => Answer;
  readonly tls?: CertificatePair & { readonly options?: TlsOptions };
}

/** 200 that names the request it answers, so that an answer given to the wrong client is seen. */
export function markerAnswer(request: RecordedRequest): string {
  const body = request.method === "HEAD" ? "" : request.target;
  return `HTTP/1.1 200 OK\r\nX-Marker: ${request.target}\r\nContent-Length: ${request.target.length}\r\n\r\n${body}`;
}

/** One connection from the gateway, with every byte that came on it. */
export class RecordedConnection {
  readonly socket: Socket;
  readonly requests: RecordedRequest[] = [];
  /** Set when what came was not HTTP/1.1 by the letter. */
  malformed: Malformed | null = null;
  readonly #log = new ByteLog();
  #read = 0;
  #headSeen = false;
  #tunnel = false;
  #closed = false;
  #ended = false;
  readonly #script: UpstreamScript;
  readonly #waiting: Waiting;
  readonly #onRequest: (request: RecordedRequest) => void;

  constructor(socket: Socket, script: UpstreamScript, waiting: Waiting, onRequest: (request: RecordedRequest) => void) {
    this.socket = socket;
    this.#script = script;
    this.#waiting = waiting;
    this.#onRequest = onRequest;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (piece: Buffer) => this.#take(piece));
    socket.on("end", () => {
      this.#ended = true;
      // A server that sees FIN closes too: the gateway never half-closes but in a tunnel.
      socket.end();
      waiting.changed();
    });
    socket.on("close", () => {
      this.#closed = true;
      waiting.changed();
    });
  }

  get received(): Buffer {
    return this.#log.all;
  }

  /** Bytes that belong to no complete request: the beginning of one, or what came through a tunnel. */
  get rest(): Buffer {
    return this.#log.all.subarray(this.#read);
  }

  get isClosed(): boolean {
    return this.#closed || this.#ended;
  }

  /** Writes; after a 101 what comes is no longer read as HTTP. */
  write(bytes: string | Buffer): void {
    const all = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    if (all.toString("latin1", 0, 12) === "HTTP/1.1 101") this.#tunnel = true;
    if (this.socket.writable) this.socket.write(all);
  }

  end(): void {
    this.socket.end();
  }

  /** Sends RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  closed(): Promise<void> {
    return this.#waiting.until("the gateway to close its connection", () => this.isClosed);
  }

  until(what: string, ready: (connection: this) => boolean): Promise<void> {
    return this.#waiting.until(what, () => ready(this));
  }

  #take(piece: Buffer): void {
    this.#log.append(piece);
    try {
      while (!this.#tunnel && this.malformed === null && this.#readOne());
    } catch (error) {
      // Anything else is a script that went wrong, and must be seen.
      if (!(error instanceof Malformed)) throw error;
      this.malformed = error;
    }
    this.#waiting.changed();
  }

  #readOne(): boolean {
    if (!this.#headSeen) {
      const head = readHead(this.#log.all, this.#read, "request");
      if (head === null) return false;
      this.#headSeen = true;
      this.#answer((this.#script.onHead ?? continueAnswer)(head, this));
    }
    const found = readRequest(this.#log.all, this.#read);
    if (found === null) return false;
    this.#read = found.end;
    this.#headSeen = false;
    const [method = "", target = ""] = found.message.startLine.split(" ");
    const request = { ...found.message, method, target, connection: this };
    this.requests.push(request);
    this.#onRequest(request);
    this.#answer((this.#script.onRequest ?? markerAnswer)(request));
    return true;
  }

  #answer(answer: Answer): void {
    if (answer !== null) this.write(answer);
  }
}

function continueAnswer(head: Head): Answer {
  return values(head, "expect").length > 0 ? "HTTP/1.1 100 Continue\r\n\r\n" : null;
}

/** A server on a raw socket that records what the gateway sends, and answers by a script. Stopped when the test is over. */
export class RecordingUpstream {
  readonly connections: RecordedConnection[] = [];
  /** Complete requests over all connections, in the order they were completed. */
  readonly requests: RecordedRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Waiting();
  #taken = 0;

  static async start(script: UpstreamScript = {}): Promise<RecordingUpstream> {
    const upstream = new RecordingUpstream(script);
    await new Promise<void>((resolve) => upstream.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => upstream.close());
    return upstream;
  }

  constructor(script: UpstreamScript) {
    const accept = (socket: Socket): void => {
      this.connections.push(
        new RecordedConnection(socket, script, this.#waiting, (request) => void this.requests.push(request)),
      );
      this.#waiting.changed();
    };
    const { tls } = script;
    this.#server =
      tls === undefined
        ? createPlain({ allowHalfOpen: true }, accept)
        : createTls({ cert: tls.chain, key: tls.privateKey, ...tls.options, allowHalfOpen: true }, accept);
    // Also those whose handshake never ends: nobody else would close our half of them.
    this.#server.on("connection", (socket: Socket) =>
      this.#sockets.add(socket.on("close", () => this.#sockets.delete(socket))),
    );
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next complete request that this method has not handed out yet. */
  async nextRequest(): Promise<RecordedRequest> {
    await this.#waiting.until("a request at the upstream", () => this.requests.length > this.#taken);
    return this.requests[this.#taken++] as RecordedRequest;
  }

  /** The connection opened as number `index` (0 is the first). */
  async connection(index: number): Promise<RecordedConnection> {
    await this.#waiting.until(`connection ${index} at the upstream`, () => this.connections.length > index);
    return this.connections[index] as RecordedConnection;
  }

  async close(): Promise<void> {
    this.#waiting.over(() => {
      const got = this.connections.map((connection) => show(connection.received.toString("latin1")));
      return `the upstream was closed; it got ${got.join(" and ") || "no connection"}`;
    });
    for (const connection of this.connections) connection.socket.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
