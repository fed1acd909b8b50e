import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { ByteLog } from "../../support/byte-log.ts";
import { Malformed, readHead, readResponse, values } from "../../support/message.ts";
import { contentOf, inChunks, type Random } from "../random.ts";

interface Asked {
  readonly id: string;
  readonly method: string;
  readonly octets: Buffer;
}

export interface ClientOptions {
  readonly random: Random;
  readonly port: number;
  readonly tls: boolean;
  readonly nextId: () => string;
  /** See ChaoticUpstream. */
  readonly spoiled: Set<string>;
  readonly problem: (text: string) => void;
}

/** One connection with a few requests, most of them well-formed, and its end. Resolves when the connection is closed. */
export async function chaoticClient(options: ClientOptions): Promise<number> {
  const { random, port, problem } = options;
  const where = { host: "127.0.0.1", port, allowHalfOpen: random.oneIn(4) };
  // Sometimes a client that speaks HTTP where TLS is spoken.
  const confused = options.tls && random.oneIn(20);
  const handshakes = options.tls && !confused;
  const socket = handshakes ? connectTls({ ...where, rejectUnauthorized: false }) : connectPlain(where);
  const log = new ByteLog();
  const spoil = random.oneIn(12);
  const asked = Array.from({ length: 1 + random.int(4) }, () =>
    makeRequest(random, spoil ? `bbb${options.nextId()}` : options.nextId()),
  );
  if (spoil) for (const { id } of asked) options.spoiled.add(id);
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  let ended = false;
  socket.on("error", () => {});
  socket.on("end", () => {
    ended = true;
    socket.end();
  });
  socket.on("data", (piece: Buffer) => {
    log.append(piece);
    if (check(log.all, asked, false, options) === asked.length) socket.destroy();
    else if (random.oneIn(50)) void stopReading(socket, random.int(60));
  });
  const hung = setTimeout(() => {
    problem(`hung: asked ${asked.map(({ octets }) => octets.toString("latin1", 0, 60)).join("|")}; ended ${ended}`);
    socket.destroy();
  }, 15_000);
  // Who leaves within the handshake is there until its time-out: too long to wait for here.
  if (handshakes) await Promise.race([once(socket, "secureConnect").catch(() => {}), closed]);
  if (confused) socket.write("GET /f/b/0 HTTP/1.1\r\nHost: test.example\r\n\r\n");
  else await Promise.race([speak(socket, random, asked, spoil), closed]);
  await closed;
  clearTimeout(hung);
  return check(log.all, asked, true, options);
}

async function speak(socket: Socket, random: Random, asked: readonly Asked[], spoil: boolean): Promise<void> {
  const cutShort = random.oneIn(12);
  let all = Buffer.concat(asked.map(({ octets }) => octets));
  if (spoil) all[random.int(all.length)] = random.int(256);
  if (cutShort) all = all.subarray(0, random.int(all.length));
  else if (random.oneIn(8)) all = Buffer.concat([all, contentOf("garbage", random.int(100_000))]);
  for (const piece of random.cut(all)) {
    if (!socket.writable) return;
    socket.write(piece);
    if (random.oneIn(4)) await nextTurn();
    if (random.oneIn(200)) return cut(socket, random);
  }
  if (spoil || cutShort || random.oneIn(10)) {
    await pause(random.int(30));
    cut(socket, random);
  }
}

function cut(socket: Socket, random: Random): void {
  const how = random.int(3);
  if (how === 0) socket.end();
  else if (how === 1 || !("resetAndDestroy" in socket)) socket.destroy();
  else {
    try {
      socket.resetAndDestroy();
    } catch {
      socket.destroy();
    }
  }
}

async function stopReading(socket: Socket, milliseconds: number): Promise<void> {
  socket.pause();
  await pause(milliseconds);
  socket.resume();
}

function makeRequest(random: Random, id: string): Asked {
  const method = random.pick(["GET", "GET", "HEAD", "POST", "PUT", "DELETE"]);
  const length = method === "GET" || method === "HEAD" ? (random.oneIn(10) ? random.size() : 0) : random.size();
  const body = contentOf(`q${id}`, length);
  const upgrade = length === 0 && random.oneIn(20);
  const chunked = !upgrade && random.oneIn(3);
  let head = `${method} ${random.oneIn(4) ? "/s" : ""}/f/${id}/${length} HTTP/1.1\r\nHost: test.example\r\n`;
  if (chunked) head += "Transfer-Encoding: chunked\r\n";
  else if (length > 0) head += `Content-Length: ${length}\r\n`;
  if (upgrade) head += "Connection: upgrade\r\nUpgrade: echo\r\n";
  else if (random.oneIn(12)) head += "Connection: close\r\n";
  if (random.oneIn(15)) head += "Expect: 100-continue\r\n";
  for (let fields = random.int(5); fields > 0; fields--)
    head += `X-${fields}: ${"v".repeat(random.int(random.oneIn(9) ? 9_000 : 40))}\r\n`;
  const content = chunked ? inChunks(random, body, random.oneIn(4) ? "X-Sum: 1\r\n" : "") : body;
  return { id, method, octets: Buffer.concat([Buffer.from(`${head}\r\n`), content]) };
}

/** Reads what came as answers to what was asked, in order. @returns how many were complete */
function check(all: Buffer, asked: readonly Asked[], closed: boolean, options: ClientOptions): number {
  const { problem, spoiled } = options;
  let at = 0;
  let complete = 0;
  try {
    while (complete < asked.length) {
      const { id, method } = asked[complete] as Asked;
      const head = readHead(all, at, "response");
      if (head === null) return complete;
      const status = Number(head.startLine.slice(9, 12));
      // What follows is a tunnel's.
      if (status === 101) return asked.length;
      const marker = values(head, "x-marker")[0];
      const checked = marker !== undefined && !spoiled.has(id);
      if (checked && marker !== id) problem(`${id} was given the answer ${marker}`);
      const found = readResponse(all, at, method === "HEAD", closed);
      if (found === null) return complete;
      const { body } = found.message;
      if (checked && !body.equals(contentOf(`r${id}`, body.length))) problem(`the answer to ${id} has another body`);
      at = found.end;
      if (status >= 200) complete += 1;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    problem(`a client got a malformed response: ${error.message}`);
    return asked.length;
  }
  return complete;
}
