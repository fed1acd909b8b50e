import { Writable } from "node:stream";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { MessageWriter } from "../../../src/data-plane/http1/message-writer.ts";
import { headers } from "../../support/exchanges.ts";

/** A socket of which only the writes matter: one entry for each that reaches the system. */
class WrittenSocket extends Writable {
  readonly writes: string[] = [];
  held: (() => void)[] = [];
  hold = false;

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(piece.toString("latin1"));
    if (this.hold) this.held.push(done);
    else done();
  }

  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(Buffer.concat(pieces.map(({ chunk }) => chunk)).toString("latin1"));
    done();
  }

  get all(): string {
    return this.writes.join("");
  }
}

function start(): { socket: WrittenSocket; writer: MessageWriter } {
  const socket = new WrittenSocket();
  return { socket, writer: new MessageWriter(socket as unknown as Socket) };
}

const HEAD = "HTTP/1.1 200 OK\r\n\r\n";
const large = Buffer.alloc(20 * 1024, "l");

describe("framing", () => {
  test("none", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "none" });
    expect(writer.open).toBe(true);
    writer.end(null);
    expect(writer.open).toBe(false);
    writer.send();
    expect(socket.writes).toEqual([HEAD]);
  });

  test("length: head and small pieces go out in one write", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "length", length: 6 });
    writer.write(Buffer.from("abc"));
    writer.write(Buffer.from("d\u00e9", "latin1"));
    writer.write(Buffer.from("f"));
    expect(socket.writes).toEqual([]);
    writer.end(null);
    writer.send();
    expect(socket.writes).toEqual([`${HEAD}abcd\u00e9f`]);
    expect(writer.contentBytes).toBe(6);
  });

  test("chunked: every piece with its size, empty ones left out, trailers at the end", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "chunked" });
    writer.write(Buffer.alloc(0));
    writer.write(Buffer.alloc(10, "a"));
    writer.write(large);
    writer.write(Buffer.from("b"));
    writer.end(headers(["X-Sum", "1"], ["Content-Length", "5"]));
    writer.send();
    expect(socket.all).toBe(`${HEAD}a\r\naaaaaaaaaa\r\n5000\r\n${large.toString()}\r\n1\r\nb\r\n0\r\nX-Sum: 1\r\n\r\n`);
    expect(writer.contentBytes).toBe(10 + large.length + 1);
  });

  test("chunked without content", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "chunked" });
    writer.end(null);
    writer.send();
    expect(socket.writes).toEqual([`${HEAD}0\r\n\r\n`]);
  });

  test("until-close", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "until-close" });
    writer.write(Buffer.from("abc"));
    writer.end(headers(["X-Sum", "1"]));
    writer.send();
    expect(socket.writes).toEqual([`${HEAD}abc`]);
  });
});

describe("a body that is not as long as its head said", () => {
  test.each([
    ["longer, at once", 2, [3]],
    ["longer, in the end", 2, [1, 2]],
    ["of no length", 0, [1]],
  ])("%s: not an octet of it goes out", (_what, length, pieces) => {
    const { socket, writer } = start();
    writer.begin(HEAD, length === 0 ? { kind: "none" } : { kind: "length", length });
    const writing = (): void => pieces.forEach((size) => writer.write(Buffer.alloc(size, "x")));
    expect(writing).toThrow("longer");
    writer.send();
    expect(socket.all.length).toBeLessThanOrEqual(HEAD.length + length);
  });

  test("shorter: it is not ended", () => {
    const { writer } = start();
    writer.begin(HEAD, { kind: "length", length: 3 });
    writer.write(Buffer.from("ab"));
    expect(() => writer.end(null)).toThrow("shorter");
    expect(writer.open).toBe(true);
  });

  test("the next message is counted anew", () => {
    const { socket, writer } = start();
    for (const text of ["ab", "cde"]) {
      writer.begin(HEAD, { kind: "length", length: text.length });
      writer.write(Buffer.from(text));
      writer.end(null);
      writer.send();
      expect(writer.contentBytes).toBe(text.length);
    }
    expect(socket.writes).toEqual([`${HEAD}ab`, `${HEAD}cde`]);
  });
});

describe("writes", () => {
  test("send sends what waits, and nothing when nothing does", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "chunked" });
    writer.send();
    writer.send();
    expect(socket.writes).toEqual([HEAD]);
  });

  test("what is flushed is written at the end of the turn, in one with what comes meanwhile", async () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "none" });
    writer.end(null);
    expect(writer.waiting).toBe(true);
    writer.begin(HEAD, { kind: "length", length: 2 });
    writer.write(Buffer.from("ab"));
    writer.end(null);
    expect(socket.writes).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.writes).toEqual([`${HEAD}${HEAD}ab`]);
    expect(writer.waiting).toBe(false);
  });

  test("a large piece goes out together with what waits before it", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "length", length: large.length * 2 });
    writer.write(large);
    writer.write(large);
    expect(socket.writes).toEqual([HEAD + large.toString(), large.toString()]);
  });

  test("what waits does not grow without bound", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "chunked" });
    for (let count = 0; count < 20; count++) writer.write(Buffer.alloc(1024, "x"));
    expect(socket.writes).toHaveLength(1);
  });

  test("an interim response overtakes nothing", () => {
    const { socket, writer } = start();
    writer.begin(HEAD, { kind: "none" });
    writer.writeAside("HTTP/1.1 100 Continue\r\n\r\n");
    writer.send();
    expect(socket.all).toBe(`${HEAD}HTTP/1.1 100 Continue\r\n\r\n`);
  });

  test("a full socket says so, and tells when it has room again", () => {
    const { socket, writer } = start();
    socket.hold = true;
    let drained = 0;
    writer.drained = () => (drained += 1);
    writer.begin(HEAD, { kind: "until-close" });
    expect(writer.write(Buffer.alloc(1))).toBe(true);
    expect(writer.write(Buffer.alloc(socket.writableHighWaterMark))).toBe(false);
    expect(writer.write(Buffer.alloc(0))).toBe(false);
    expect(drained).toBe(0);
    socket.hold = false;
    return new Promise<void>((resolve) => {
      socket.once("drain", () => {
        expect(drained).toBe(1);
        resolve();
      });
      for (const done of socket.held) done();
    });
  });
});
