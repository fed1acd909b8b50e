import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { type Clock, systemClock } from "../../src/data-plane/clock.ts";
import { startGateway, type Gateway, type GatewayOptions } from "../../src/gateway.ts";
import { ingress, service } from "../cli/manifests.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { visit } from "../support/resume.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";
const PERIOD = 12 * 3_600_000;
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

/** Heartbeats go by the real time, what happens twice a day by hand. */
class HalfManualClock implements Clock {
  readonly days = new ManualClock();

  now(): number {
    return systemClock.now();
  }

  every(interval: number, tick: () => void): () => void {
    return (interval < 3_600_000 ? systemClock : this.days).every(interval, tick);
  }
}

async function start(
  options: Partial<GatewayOptions>,
): Promise<{ gateway: Gateway; https: number; clock: HalfManualClock }> {
  const upstream = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const folder = await temporaryFolder({
    "m.yaml": service("web", 80, (upstream.address() as AddressInfo).port) + ingress(),
  });
  const clock = new HalfManualClock();
  const gateway = await startGateway({
    sources: [new ManifestFolder(folder)],
    translate: { ingressClasses: ["ts-ingress"], serveWithoutClass: true, maps: [], allowLoopbackNames: true },
    https: { host: "127.0.0.1", port: 0 },
    admin: { port: 0 },
    allowLoopbackNames: true,
    clock,
    ...options,
  });
  onTestFinished(() => gateway.close());
  return { gateway, https: gateway.ports.https ?? 0, clock };
}

/** Connections are spread over both workers: that all of so many go to one of them happens once in 2,048 runs. */
async function manyVisits(port: number, version: (typeof VERSIONS)[number], session: Buffer): Promise<boolean[]> {
  const visits = await Promise.all(Array.from({ length: 12 }, () => visit(port, HOST, version, session)));
  for (const { answer } of visits) expect(answer).toContain("hello");
  return [...new Set(visits.map(({ resumed }) => resumed))];
}

test("what a client began at one worker is resumed by all, by their replacements too, until the keys are rotated", async () => {
  const { gateway, https, clock } = await start({ workers: { count: 2 } });
  // Answered after what each worker was told before.
  const told = (): Promise<unknown> => ask(gateway.ports.admin ?? 0, "/upstreams");
  const first = await Promise.all(VERSIONS.map((version) => visit(https, HOST, version)));
  expect(first.map(({ resumed }) => resumed)).toEqual([false, false]);
  const [old, recent] = [first.map(({ session }) => session), [] as Buffer[]];
  for (const [at, version] of VERSIONS.entries()) {
    expect(await manyVisits(https, version, old[at] as Buffer), version).toEqual([true]);
  }
  clock.days.advance(PERIOD);
  await told();
  for (const [at, version] of VERSIONS.entries()) {
    const { resumed, session } = await visit(https, HOST, version, old[at]);
    expect(resumed, version).toBe(false);
    recent.push(session);
    expect(await manyVisits(https, version, session), version).toEqual([true]);
  }
  await gateway.replaceWorkers();
  for (const [at, version] of VERSIONS.entries()) {
    expect(await manyVisits(https, version, recent[at] as Buffer), version).toEqual([true]);
    expect((await visit(https, HOST, version, old[at])).resumed, version).toBe(false);
  }
});

test("a gateway of one process rotates its keys too", async () => {
  const { https, clock } = await start({});
  for (const version of VERSIONS) {
    const { session } = await visit(https, HOST, version);
    expect((await visit(https, HOST, version, session)).resumed, version).toBe(true);
    clock.days.advance(PERIOD);
    expect((await visit(https, HOST, version, session)).resumed, version).toBe(false);
  }
});
