import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { lendTo } from "../../../src/data-plane/http1/lend-to.ts";
import { makePair } from "../../support/make-pair.ts";

/** Both ends of a TLS connection over loopback; `near` is the server's, read by nobody yet. */
async function pair(): Promise<{ near: TLSSocket; far: TLSSocket }> {
  const certificate = await makePair(["a.example"]);
  const server = createServer({
    cert: certificate["tls.crt"],
    key: certificate["tls.key"],
    allowHalfOpen: true,
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const far = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", rejectUnauthorized: false });
  const [near] = (await once(server, "secureConnection")) as [TLSSocket];
  for (const socket of [near, far]) socket.on("error", () => {});
  onTestFinished(() => {
    for (const socket of [near, far]) socket.destroy();
    server.close();
  });
  return { near, far };
}

test("this Node lends to TLS sockets: pieces of one shared buffer, then the end", async () => {
  const { near, far } = await pair();
  const intake = lendTo(near);
  expect(intake.lends).toBe(true);
  let received = "";
  let shared: ArrayBufferLike | null = null;
  intake.take = (piece) => {
    expect(piece.buffer).toBe((shared ??= piece.buffer));
    received += piece.toString("latin1");
  };
  near.resume();
  const text = "0123456789".repeat(20_000);
  far.end(text, "latin1");
  await once(near, "end");
  expect(received).toBe(text);
});

test("a paused socket is read on later, and loses nothing", async () => {
  const { near, far } = await pair();
  const intake = lendTo(near);
  let received = 0;
  let pauses = 0;
  intake.take = (piece) => {
    received += piece.length;
    if (near.isPaused()) return;
    near.pause();
    pauses += 1;
    setImmediate(() => near.resume());
  };
  near.resume();
  const size = 3 * 1024 * 1024;
  far.end(Buffer.alloc(size));
  await once(near, "end");
  expect(received).toBe(size);
  expect(pauses).toBeGreaterThan(1);
});

test("what was received before is not lost: such a socket is read as a stream", async () => {
  const { near, far } = await pair();
  far.write("early");
  await once(near, "readable");
  const intake = lendTo(near);
  expect(intake.lends).toBe(false);
  const piece = new Promise<Buffer>((resolve) => (intake.take = resolve));
  expect((await piece).toString()).toBe("early");
});
