import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { ByteLog } from "../../support/byte-log.ts";
import { Malformed, readHead, readRequest, values } from "../../support/message.ts";
import { contentOf, inChunks, type Random } from "../random.ts";

/** Only whole requests that nobody spoiled have such an id: their octets are checked. */
const CHECKED = /\/f\/(n\d+)\/(\d+) /;

/** An answer that nobody asked for: a client that sees it was given somebody else's octets. */
export const FORGED = "HTTP/1.1 200 OK\r\nX-Marker: forged\r\nContent-Length: 6\r\n\r\nforged";

/** A server that checks every octet it gets, and mostly answers well. */
export class ChaoticUpstream {
  readonly open = new Set<Socket>();
  /** Ids whose answers are not what they should be. */
  spoiled = new Set<string>();
  /** Set to answer only as a server should. */
  calm = false;
  requests = 0;
  readonly #server: Server;
  readonly #random: Random;
  readonly #problem: (text: string) => void;

  /** @param tls serve TLS with this, else plain TCP */
  constructor(random: Random, problem: (text: string) => void, tls: CertificatePair | null) {
    this.#random = random;
    this.#problem = problem;
    const options = { allowHalfOpen: true, noDelay: true };
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#server =
      tls === null
        ? createServer(options, accept)
        : createTlsServer({ ...options, cert: tls.chain, key: tls.privateKey }, accept);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.open) socket.destroy();
  }

  #accept(socket: Socket): void {
    const log = new ByteLog();
    let read = 0;
    let answered = false;
    let tunnel = false;
    this.open.add(socket);
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => this.open.delete(socket));
    if (!this.calm && this.#random.oneIn(200)) return reset(socket);
    socket.on("data", (piece: Buffer) => {
      if (tunnel) return void (socket.writable && socket.write(piece));
      log.append(piece);
      try {
        for (;;) {
          const head = readHead(log.all, read, "request");
          if (head === null) return;
          if (!answered && !this.calm && this.#random.oneIn(15)) {
            answered = true;
            void this.#answer(socket, head.startLine);
          }
          const found = readRequest(log.all, read);
          if (found === null) return;
          read = found.end;
          this.requests += 1;
          this.#check(found.message.startLine, found.message.body);
          if (!answered && values(head, "upgrade").length > 0 && this.#random.oneIn(2)) {
            tunnel = true;
            socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            const early = log.all.subarray(read);
            if (early.length > 0) this.#problem("octets before the 101");
            return;
          }
          if (!answered) void this.#answer(socket, found.message.startLine);
          answered = false;
        }
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        this.#problem(`the upstream got a malformed request: ${error.message}`);
        socket.destroy();
      }
    });
  }

  #check(startLine: string, body: Buffer): void {
    const [, id = "", length = ""] = CHECKED.exec(startLine) ?? [];
    if (id !== "" && !body.equals(contentOf(`q${id}`, Number(length))))
      this.#problem(`${JSON.stringify(startLine)} came with another body of ${body.length}`);
  }

  async #answer(socket: Socket, startLine: string): Promise<void> {
    const random = this.#random;
    const [method = "", target = ""] = startLine.split(" ");
    const id = /\/f\/(\w+)/.exec(target)?.[1] ?? "";
    const status = random.pick([200, 200, 200, 200, 204, 304, 404]);
    const bodiless = method === "HEAD" || status === 204 || status === 304;
    const body = contentOf(`r${id}`, random.size());
    const framing = random.pick(["length", "length", "chunked", "close"]);
    let head = `HTTP/1.1 ${status} X\r\nX-Marker: ${id}\r\n`;
    if (framing === "length" && status !== 204) head += `Content-Length: ${body.length}\r\n`;
    if (framing === "chunked" && status !== 204) head += "Transfer-Encoding: chunked\r\n";
    if (random.oneIn(10)) head += "Connection: close\r\n";
    const interim = random.oneIn(10) ? "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n".repeat(1 + random.int(4)) : "";
    const content = bodiless ? Buffer.alloc(0) : framing === "chunked" ? inChunks(random, body, "X-T: 1\r\n") : body;
    let all = Buffer.concat([Buffer.from(`${interim}${head}\r\n`), content]);
    const fault = this.calm ? 99 : random.int(60);
    // At once, since what comes after the next request was sent is its answer: nobody can tell.
    if (fault === 0 && all.length < 4_000) return void socket.write(Buffer.concat([all, Buffer.from(FORGED)]));
    if (fault === 1) all = all.subarray(0, random.int(all.length));
    if (fault === 2) all = Buffer.from(contentOf(`g${id}`, random.int(300)));
    if (fault === 3) return;
    if (fault === 4) {
      this.spoiled.add(id);
      all[random.int(all.length)] = random.int(256);
    }
    if (fault === 5) await new Promise((resolve) => setTimeout(resolve, random.int(1_000)));
    for (const piece of random.cut(all)) {
      if (!socket.writable) return;
      socket.write(piece);
      if (random.oneIn(3)) await nextTurn();
    }
    if (fault === 6 || fault === 1) return reset(socket);
    if (fault === 7 || (!bodiless && framing === "close")) socket.end();
  }
}

/** TLS has no reset of its own. */
function reset(socket: Socket): void {
  if ("getPeerCertificate" in socket) socket.destroy();
  else socket.resetAndDestroy();
}
