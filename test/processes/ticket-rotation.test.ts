import { expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/data-plane/clock.ts";
import type { GatewayOptions } from "../../src/gateway.ts";
import { ingress, service } from "../cli/manifests.ts";
import { type FolderGateway, LOOPBACK, startFolderGateway } from "../support/folder-gateway.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { visit } from "../support/resume.ts";
import { nodeUpstream } from "../support/servers.ts";
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

async function start(options: Partial<GatewayOptions>): Promise<FolderGateway & { clock: HalfManualClock }> {
  const { port } = await nodeUpstream((_request, response) => response.end("hello"));
  const clock = new HalfManualClock();
  const manifests = { "m.yaml": service("web", 80, port) + ingress() };
  return { ...(await startFolderGateway(manifests, { https: LOOPBACK, admin: LOOPBACK, clock, ...options })), clock };
}

/** Connections are spread over both workers: that all of so many go to one of them happens once in 2,048 runs. */
async function manyVisits(port: number, version: (typeof VERSIONS)[number], session: Buffer): Promise<boolean[]> {
  const visits = await Promise.all(Array.from({ length: 12 }, () => visit(port, HOST, version, session)));
  for (const { answer } of visits) expect(answer).toContain("hello");
  return [...new Set(visits.map(({ resumed }) => resumed))];
}

test("what a client began at one worker is resumed by all, by their replacements too, until the keys are rotated", async () => {
  const { gateway, https, admin, clock } = await start({ workers: { count: 2 } });
  // Answered after what each worker was told before.
  const told = (): Promise<unknown> => ask(admin, "/upstreams");
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
