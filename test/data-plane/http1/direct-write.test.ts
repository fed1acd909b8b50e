import { once } from "node:events";
import { createServer, type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { DirectWrite } from "../../../src/data-plane/http1/direct-write.ts";

/** Both ends of a TCP connection over loopback. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  const [far] = (await once(server, "connection")) as [Socket];
  if (near.connecting) await once(near, "connect");
  near.on("error", () => {});
  far.on("error", () => {});
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

async function received(far: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of far) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("latin1");
}

test("texts and stream writes arrive in the order they were written, whatever the kernel takes at once", async () => {
  const { near, far } = await pair();
  far.pause();
  const direct = new DirectWrite(near, () => {});
  let expected = "";
  for (let i = 0; i < 400; i++) {
    const text = `${i}:${String.fromCharCode(97 + (i % 26)).repeat(16_000)}`;
    expected += text;
    if (i % 7 === 3) near.write(Buffer.from(text, "latin1"));
    else direct.write(text);
  }
  expect(near.writableLength).toBeGreaterThan(0);
  near.end();
  expect(await received(far)).toBe(expected);
});

test("a text the kernel does not take is pending until it does, and then there is room", async () => {
  const { near, far } = await pair();
  far.pause();
  const room = Promise.withResolvers<void>();
  const direct = new DirectWrite(near, () => room.resolve());
  const text = "x".repeat(64 * 1024);
  for (let i = 0; i < 1000 && !direct.pending; i++) direct.write(text);
  expect(direct.pending).toBe(true);
  far.resume();
  await room.promise;
  expect(direct.pending).toBe(false);
});

test("an error ends the socket", async () => {
  const { near, far } = await pair();
  const direct = new DirectWrite(near, () => {});
  const closed = new Promise((resolve) => near.once("close", resolve));
  far.resetAndDestroy();
  near.resume();
  for (let i = 0; i < 50 && !near.destroyed; i++) {
    direct.write("x");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  expect(near.destroyed).toBe(true);
});

test("nothing is written behind the end", async () => {
  const { near, far } = await pair();
  const direct = new DirectWrite(near, () => {});
  direct.write("all");
  near.end();
  direct.write("more");
  expect(await received(far)).toBe("all");
});
