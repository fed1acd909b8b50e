import net, { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type BoundHandle, sharePort } from "../../src/processes/share-port.ts";

test("that a TCP port is busy is told by binding, not only when somebody listens", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { _createServerHandle: create } = net as unknown as {
    readonly _createServerHandle: (
      host: string,
      port: number,
      family: 4,
      fd: undefined,
      flags: number,
    ) => BoundHandle | number;
  };
  const bind = (host: string, at: number, flags: number): BoundHandle | number => create(host, at, 4, undefined, flags);
  expect(() => sharePort({ call: "listen", reusePort: 2, bind }, "127.0.0.1", port, 2)).toThrow(
    expect.objectContaining({ code: "EADDRINUSE", syscall: "listen", address: "127.0.0.1", port }),
  );
});
