import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { connect } from "node:tls";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { ByteLog } from "./byte-log.ts";
import { Waiting } from "./waiting.ts";

/** RFC 9113 §6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rst: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
};
export const END_STREAM = 1;
/** Of PING and SETTINGS. */
export const ACK = 1;
export const END_HEADERS = 4;
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export type RawField = readonly [name: string, value: string];

/** A GET that nobody could mind, but for what is given. */
export function requestFields(...more: readonly RawField[]): RawField[] {
  return [[":method", "GET"], [":scheme", "https"], [":authority", "test.example"], [":path", "/x"], ...more];
}

/** A field block as literals without indexing (RFC 7541 §6.2.2), octets as they are: nothing is checked. */
export function encodeFields(fields: readonly RawField[]): Buffer {
  return Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.of(0), literal(name), literal(value)])));
}

/** A string literal without Huffman coding (RFC 7541 §5.2). */
export function literal(text: string): Buffer {
  const octets = Buffer.from(text, "latin1");
  const length: number[] = [];
  if (octets.length < 127) length.push(octets.length);
  else {
    length.push(127);
    let rest = octets.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), octets]);
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function reset(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(FRAME.rst, 0, stream, payload);
}

/** A client that writes frames by hand: also those that no client library lets out. Answers PINGs, and leaves them out of its list. */
export class RawHttp2 {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  /** False: PINGs are left unanswered. */
  answersPings = true;
  #pings = 0;
  readonly #log = new ByteLog();
  readonly #waiting = new Waiting();
  #read = 0;
  #closed = false;

  /** Connects, and sends the preface with empty SETTINGS unless told not to. Destroyed when the test is over. */
  static async open({ https, ca }: { readonly https: number; readonly ca: string }, preface = true): Promise<RawHttp2> {
    const socket = connect({ port: https, host: "127.0.0.1", ca, servername: "test.example", ALPNProtocols: ["h2"] });
    onTestFinished(() => void socket.destroy());
    await once(socket, "secureConnect");
    const client = new RawHttp2(socket);
    if (preface) client.write(PREFACE, frame(FRAME.settings, 0, 0));
    return client;
  }

  /** As `open`, without TLS (RFC 9113 §3.3). */
  static async openPlain({ http }: { readonly http: number }, preface = true): Promise<RawHttp2> {
    const socket = connectPlain({ port: http, host: "127.0.0.1", noDelay: true });
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    const client = new RawHttp2(socket);
    if (preface) client.write(PREFACE, frame(FRAME.settings, 0, 0));
    return client;
  }

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (piece: Buffer) => {
      this.#log.append(piece);
      this.#readFrames();
      this.#waiting.changed();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#waiting.over(() => `the connection is closed; received frames ${JSON.stringify(this.frames)}`);
    });
  }

  write(...pieces: readonly Buffer[]): void {
    if (this.socket.writable) this.socket.write(Buffer.concat(pieces));
  }

  /** In two segments, cut at this octet, the second when the first was read. */
  async writeCut(octets: Buffer, at: number): Promise<void> {
    for (const piece of [octets.subarray(0, at), octets.subarray(at)]) {
      this.write(piece);
      await nextTurn();
      await nextTurn();
    }
  }

  /** One octet a segment. */
  async writeByteByByte(octets: Buffer): Promise<void> {
    for (let at = 0; at < octets.length && this.socket.writable; at++) {
      this.socket.write(octets.subarray(at, at + 1));
      await nextTurn();
    }
  }

  /** A request without content on this stream. */
  request(stream: number, fields: readonly RawField[], flags = END_STREAM | END_HEADERS): void {
    this.write(frame(FRAME.headers, flags, stream, encodeFields(fields)));
  }

  /** The first frame of this type, on this stream unless it is of the whole session. */
  async frame(type: number, stream: number): Promise<Frame> {
    const find = (): Frame | undefined => this.frames.find((got) => got.type === type && got.stream === stream);
    await this.#waiting.until(`a frame of type ${type} on stream ${stream}`, () => find() !== undefined);
    return find() as Frame;
  }

  /** What a stream is answered with: the code it is reset with, or "answered". */
  async outcome(stream: number): Promise<number | "answered"> {
    const find = (): Frame | undefined =>
      this.frames.find((got) => got.stream === stream && (got.type === FRAME.rst || got.type === FRAME.headers));
    await this.#waiting.until(`an answer on stream ${stream}`, () => find() !== undefined);
    const found = find() as Frame;
    return found.type === FRAME.rst ? found.payload.readUInt32BE(0) : "answered";
  }

  /** Waits until this many frames of a type have come. */
  count(type: number, count: number): Promise<void> {
    const ready = (): boolean => this.frames.filter((got) => got.type === type).length >= count;
    return this.#waiting.until(`${count} frames of type ${type}`, ready);
  }

  /** Waits until the server has sent this many PINGs. */
  pinged(count: number): Promise<void> {
    return this.#waiting.until(`${count} PINGs`, () => this.#pings >= count);
  }

  closed(): Promise<void> {
    return this.#waiting.until("the end of the connection", () => this.#closed);
  }

  /** The error code of the GOAWAY that the server sent; null without one. */
  get goaway(): number | null {
    return this.frames.findLast((got) => got.type === FRAME.goaway)?.payload.readUInt32BE(4) ?? null;
  }

  #readFrames(): void {
    const all = this.#log.all;
    while (all.length >= this.#read + 9) {
      const end = this.#read + 9 + all.readUIntBE(this.#read, 3);
      if (all.length < end) return;
      this.#take({
        type: all.readUInt8(this.#read + 3),
        flags: all.readUInt8(this.#read + 4),
        stream: all.readUInt32BE(this.#read + 5),
        payload: Buffer.from(all.subarray(this.#read + 9, end)),
      });
      this.#read = end;
    }
  }

  #take(got: Frame): void {
    if (got.type !== FRAME.ping || got.flags === ACK) this.frames.push(got);
    else {
      this.#pings += 1;
      if (this.answersPings) this.write(frame(FRAME.ping, ACK, 0, got.payload));
    }
  }
}
