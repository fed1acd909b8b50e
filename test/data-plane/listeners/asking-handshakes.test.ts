import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { connect } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { AskingHandshakes } from "../../../src/data-plane/listeners/asking-handshakes.ts";
import { closedPort } from "../../support/servers.ts";
import { sign } from "../../support/sign.ts";

test("two connections from one port of the client, to two addresses of ours, are two", async () => {
  const pair = await sign("server");
  const handshakes = new AskingHandshakes(() => ({
    cert: pair.chain,
    key: pair.privateKey,
    requestCert: true,
    rejectUnauthorized: false,
  }));
  const asked = { id: "x", ca: pair.chain, depth: 1 };
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const arrived: Socket[] = [];
  const both = Promise.withResolvers<void>();
  server.on("connection", (raw) => {
    raw.on("error", () => {});
    onTestFinished(() => void raw.destroy());
    if (arrived.push(raw) === 2) both.resolve();
  });
  const own = { localAddress: "127.0.0.1", localPort: (await closedPort()).port, port, rejectUnauthorized: false };
  for (const host of ["127.0.0.1", "127.0.0.2"]) {
    const client = connect({ host, ...own });
    client.on("error", both.reject);
    onTestFinished(() => void client.destroy());
  }
  await both.promise;
  // Both are under way at once.
  const secured = arrived.map(
    (raw) =>
      new Promise<string>((resolve) => {
        const onSecure = (socket: Socket): void => resolve(`${raw.localAddress} ${socket.localAddress}`);
        handshakes.begin(asked, { raw, onSecure, onFailed: ({ message }) => resolve(message) });
        raw.on("close", () => resolve("closed"));
      }),
  );
  expect((await Promise.all(secured)).toSorted()).toEqual(["127.0.0.1 127.0.0.1", "127.0.0.2 127.0.0.2"]);
});
