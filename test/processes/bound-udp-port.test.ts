import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { openUdpPort } from "../../src/data-plane/streams/udp-port.ts";
import { bindUdpPort } from "../../src/processes/bound-udp-port.ts";
import { UdpPeer } from "../support/udp-peer.ts";
import { Waiting } from "../support/waiting.ts";

async function bound(count: number, host = "127.0.0.1") {
  const port = await bindUdpPort({ host, port: 0 }, count);
  onTestFinished(() => port.handles.forEach((handle) => handle.close()));
  return port;
}

test("many sockets share one port; what comes waits until somebody reads, and a client stays with one of them", async () => {
  const { port, handles } = await bound(3);
  expect(new Set(handles).size).toBe(3);
  const clients = await Promise.all(Array.from({ length: 12 }, () => UdpPeer.open()));
  for (const client of clients) client.send("before", port);
  const taken: { reader: number; client: number }[] = [];
  const waiting = new Waiting();
  for (const [reader, handle] of handles.entries()) {
    const open = await openUdpPort({ host: "", port: 0, handle }, (_datagram, client) => {
      taken.push({ reader, client: client.port });
      waiting.changed();
    });
    onTestFinished(() => open.close());
    expect(open.port).toBe(port);
  }
  await waiting.until("what came before", () => taken.length === 12);
  for (const client of clients) client.send("after", port);
  await waiting.until("what came after", () => taken.length === 24);
  expect(new Set(taken.map(({ reader, client }) => `${reader} ${client}`)).size).toBe(12);
});

test("one that stops reading leaves what comes to the next, and still answers", async () => {
  const { port, handles } = await bound(1);
  const [handle] = handles;
  const client = await UdpPeer.open();
  const read: string[] = [];
  const waiting = new Waiting();
  const open = await openUdpPort({ host: "", port: 0, ...(handle === undefined ? {} : { handle }) }, (datagram) => {
    read.push(datagram.toString());
    waiting.changed();
  });
  client.send("heard", port);
  await waiting.until("the first", () => read.length === 1);
  open.stopListening();
  client.send("not heard", port);
  open.send(Buffer.from("answer"), { address: "127.0.0.1", port: client.port });
  expect(await client.untilReceived(1)).toBe("answer");
  expect(read).toEqual(["heard"]);
  open.close();
});

test("a busy port is the system's error, also where sharing would be allowed", async () => {
  const socket = createSocket({ type: "udp4", reusePort: true }).bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  const { port } = socket.address();
  await expect(bindUdpPort({ host: "127.0.0.1", port }, 2)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await expect(bindUdpPort({ host: "192.0.2.1", port: 0 }, 2)).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});

test("IPv6 and localhost are addresses too", async () => {
  expect((await bound(2, "::1")).handles).toHaveLength(2);
  expect((await bound(2, "localhost")).handles).toHaveLength(2);
});
