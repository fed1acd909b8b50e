import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

/** An upstream on node:http, for what bytes are not the point of. Closed when the test is over. */
export async function nodeUpstream(
  listener: RequestListener,
  tls?: CertificatePair,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server =
    tls === undefined ? createHttp(listener) : createHttps({ cert: tls.chain, key: tls.privateKey }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** A port of loopback where nothing listens: it was free a moment ago, and a refused connection is all we want of it. */
export async function closedPort(): Promise<{ readonly port: number }> {
  const server = createHttp();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}
