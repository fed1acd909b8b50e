import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen, stopListening } from "../src/listen.ts";

async function start(most?: number) {
  const server = createServer((_request, response) => response.end("ok"));
  onTestFinished(() => stopListening(server));
  return { server, port: await listen(server, { host: "127.0.0.1", port: 0 }, most) };
}

test("a connection that could not be accepted is no end of the process", async () => {
  const { server } = await start();
  // As node:net tells it.
  expect(() => server.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }))).not.toThrow();
});

test("of too many connections the oldest is let go, and whoever comes is served", async () => {
  const { server, port } = await start(3);
  const clients: Socket[] = [];
  for (let number = 0; number < 4; number++) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
    clients.push(socket);
    await once(server, "connection");
  }
  await once(clients[0] as Socket, "close");
  const last = clients[3] as Socket;
  last.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(String((await once(last, "data"))[0])).toContain("200 OK");
  expect(clients.slice(1).map(({ closed }) => closed)).toEqual([false, false, false]);
});
