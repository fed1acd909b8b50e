import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { bindPort } from "../../src/processes/bound-ports.ts";

test("many sockets share one port, and nobody else gets it once somebody listens", async () => {
  const bound = await bindPort({ host: "127.0.0.1", port: 0 }, 3);
  onTestFinished(() => bound.handles.forEach((handle) => handle.close()));
  expect(new Set(bound.handles).size).toBe(3);
  for (const handle of bound.handles) {
    const name: Partial<AddressInfo> = {};
    handle.getsockname(name);
    expect(name.port).toBe(bound.port);
  }
  const listening = createServer();
  onTestFinished(() => void listening.close());
  await new Promise<void>((resolve) => listening.listen(bound.handles[0], resolve));
  const server = createServer();
  onTestFinished(() => void server.close());
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
    server.once("error", resolve);
    server.listen(bound.port, "127.0.0.1");
  });
  expect(error.code).toBe("EADDRINUSE");
});

test("a busy port is the system's error, also where sharing would be allowed", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0, reusePort: true }, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(bindPort({ host: "127.0.0.1", port }, 2)).rejects.toMatchObject({
    code: "EADDRINUSE",
    syscall: "listen",
  });
  await expect(bindPort({ host: "192.0.2.1", port: 0 }, 2)).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
    syscall: "listen",
  });
});
