import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ServeFlags } from "../../src/cli/options.ts";
import { choosePorts } from "../../src/cli/ports.ts";

const nowhere: ServeFlags = {
  bind: "127.0.0.1",
  watch: true,
  annotationsPrefix: "nginx.ingress.kubernetes.io",
  disableCatchAll: false,
  disableSvcExternalName: false,
  strictPaths: false,
  workers: 1,
  drainDelay: 0,
  logFormat: "pretty",
  logFormatEscapeJson: false,
  useProxyProtocol: false,
  useForwardedHeaders: false,
  computeFullForwardedFor: false,
  enableMetrics: false,
  metricsCompat: "none",
  metricsPerHost: true,
  metricsPerUndefinedHost: false,
  reportStatusClasses: false,
  metricsMaxSeries: 1,
  timeBuckets: [],
  lengthBuckets: [],
  sizeBuckets: [],
  otelServiceName: "",
  otelSamplerRatio: 1,
};
const anywhere: ServeFlags = { ...nowhere, httpPort: 0, httpsPort: 0, healthPort: 0, adminPort: 0 };

async function busyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("a busy default gives way to a free port above it, and that is said", async () => {
  const busy = await busyPort();
  const flags = { ...nowhere, httpsPort: 0, healthPort: 0, adminPort: 0 };
  const { ports, notes } = await choosePorts(flags, { http: busy, https: 1, health: 1, admin: 1 });
  expect(ports.http).toBeGreaterThan(busy);
  expect(ports).toMatchObject({ https: 0, health: 0, admin: 0 });
  expect(notes).toEqual([`http port ${busy} is busy: using ${ports.http}`]);
});

test("defaults never take each other's port", async () => {
  const busy = await busyPort();
  const flags = { ...nowhere, healthPort: 0, adminPort: 0 };
  const { ports } = await choosePorts(flags, { http: busy, https: busy, health: 1, admin: 1 });
  expect(ports.http).not.toBe(ports.https);
});

test("a port that was asked for and is busy is a problem with a remedy", async () => {
  const busy = await busyPort();
  await expect(choosePorts({ ...anywhere, httpsPort: busy })).rejects.toMatchObject({
    message: `port ${busy} on 127.0.0.1 is busy`,
    remedy: "Stop the program that listens there, or give another one: --https-port 0 takes any that is free.",
  });
});

test("one port asked for twice, and an address that is not ours", async () => {
  await expect(choosePorts({ ...anywhere, httpPort: 65_000, adminPort: 65_000 })).rejects.toThrow(
    "--admin-port and --http-port are both port 65000",
  );
  await expect(choosePorts({ ...anywhere, bind: "192.0.2.1", httpPort: 65_000 })).rejects.toThrow(
    "192.0.2.1 is no address of this machine",
  );
});
