// F15: the name server fails, is silent, knows nothing, or knows too much.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { allRight, type Bed, type Fault, finding, type Finding, HOST, percentile } from "./bed.ts";
import { Endpoint } from "./endpoint.ts";
import { FaultyNameServer, type Mood } from "./faulty-name-server.ts";
import { GatewayUnderTest, type Target } from "./gateway-under-test.ts";
import { canMakeNetworks, Network } from "./network.ts";
import { SteadyLoad } from "./steady-load.ts";

const MOODS: readonly Mood[] = ["failing", "silent", "no such name"];
/** More than Node has threads for what blocks. */
const NAMES = Array.from({ length: 8 }, (_, index) => `name-${index}.${HOST}`);
/** A network whose addresses all lead here. */
const CROWD = "10.204.0.0/16";

export const nameFaults: readonly Fault[] = [
  {
    name: "F15",
    title: "the name server fails, is silent, knows no name, knows a thousand addresses",
    missing: () => (canMakeNetworks() ? null : "needs root and `ip netns`"),
    async run(bed) {
      const network = new Network();
      const folder = `/etc/netns/${network.name}`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/resolv.conf`, `nameserver ${network.here}\n`);
      ip("route", "add", "local", CROWD, "dev", "lo");
      ip("-n", network.name, "route", "add", CROWD, "via", network.here);
      const endpoint = await Endpoint.start("0.0.0.0");
      const names = await FaultyNameServer.start(network.here, [network.here]);
      const gateway = await GatewayUnderTest.start(bed.pair, "0.0.0.0", { inside: network.inside });
      try {
        return await throughMoods(bed, { gateway, names, endpoint, address: network.there, here: network.here });
      } finally {
        await gateway.stop();
        await endpoint.close();
        names.close();
        ip("route", "del", "local", CROWD, "dev", "lo");
        network.close();
        rmSync(folder, { recursive: true });
      }
    },
  },
];

interface Place {
  readonly gateway: GatewayUnderTest;
  readonly names: FaultyNameServer;
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly here: string;
}

async function throughMoods(bed: Bed, { gateway, names, endpoint, address, here }: Place): Promise<Finding[]> {
  const { port } = endpoint;
  // Large enough to be compressed by a thread.
  endpoint.misbehaviour = (answer, response) => {
    if (!answer.startsWith("large ")) return void response.end(answer);
    response.setHeader("content-type", "text/plain");
    response.end(answer.repeat(5_000));
  };
  const byAddress: Target = { host: HOST, endpoints: [{ address: here, port }] };
  const compressed: Target = {
    ...byAddress,
    host: `gzip.${HOST}`,
    middleware: [{ use: "compress", options: { algorithms: ["gzip"], minLength: 1 } }],
  };
  const named = NAMES.slice(0, 4).map((host): Target => ({ host, endpoints: [], dns: { name: `${host}.test`, port } }));
  const neverAsked = NAMES.slice(4).map((host): Target => ({
    host,
    endpoints: [],
    dns: { name: `${host}.test`, port },
  }));
  gateway.route([byAddress, compressed, ...named, ...neverAsked]);
  const aim = { http: gateway.http, https: gateway.https, address };
  const loads = (): SteadyLoad[] => [HOST, ...NAMES.slice(0, 4)].map((host) => new SteadyLoad(aim, host, ["GET"]));
  const findings: Finding[] = [];
  let wellLoop: number | null = null;
  const ourLoop = monitorEventLoopDelay({ resolution: 10 });
  ourLoop.enable();
  const during = async (what: string, milliseconds: number): Promise<void> => {
    const running = loads();
    await gateway.sample();
    ourLoop.reset();
    const first = what === "silent" ? Promise.all(NAMES.slice(4).map((host) => statusOf(aim, host))) : null;
    const gzip = await timesOf(aim, compressed.host, milliseconds);
    const { loop } = await gateway.sample();
    const ours = ourLoop.percentile(99) / 1e6;
    const [byAddress, ...byName] = await Promise.all(running.map((load) => load.stop()));
    if (byAddress === undefined) throw new Error("no load");
    findings.push(allRight(`${what}: by address`, byAddress));
    for (const result of byName.slice(0, 1)) findings.push(allRight(`${what}: by name`, result));
    const wrong = byName.reduce((sum, { requests, right }) => sum + requests - right, 0);
    findings.push(finding(`${what}: wrong, over all names`, wrong, 0));
    const slowest = Math.max(...byName.flatMap(({ times }) => times));
    findings.push({ what: `${what}: the slowest by name`, figure: `${slowest.toFixed(0)} ms`, holds: slowest < 4_000 });
    findings.push({
      what: `${what}: compressed, by address (slowest)`,
      figure: `${Math.max(...gzip).toFixed(0)} ms`,
      holds: Math.max(...gzip) < 2_000,
    });
    wellLoop ??= loop;
    // What 50 clients and the compressing cost it is there without the fault too; and a machine that is busy is late everywhere.
    const usual = Math.max(wellLoop, 2 * ours);
    findings.push({
      what: `${what}: event loop p99`,
      figure: `${loop.toFixed(1)} ms, while well ${wellLoop.toFixed(1)} ms, here ${ours.toFixed(1)} ms`,
      holds: loop < 20 + usual,
    });
    if (first === null) return;
    const answers = await first;
    findings.push({
      what: `${what}: names that were never asked for`,
      figure: answers.map(({ status, seconds }) => `${status} after ${seconds.toFixed(1)} s`).join(", "),
      holds: answers.every(({ status, seconds }) => status === 502 && seconds < 8),
    });
  };
  await during("well", 2_000);
  for (const mood of MOODS) {
    names.mood = mood;
    await during(mood, mood === "silent" ? 12_000 : 4_000);
    names.mood = "well";
    await delay(2_500);
  }
  names.addresses = Array.from({ length: 1_000 }, (_, index) => `10.204.${index >> 8}.${index & 255 || 1}`);
  await delay(1_500);
  await during("a thousand addresses", 4_000);
  names.addresses = [here];
  await delay(1_500);
  await during("well again", 1_500);
  ourLoop.disable();
  const { problems } = await gateway.sample();
  findings.push(finding("errors nobody caught", problems.length, 0));
  findings.push({
    what: "median while well",
    figure: `${percentile((await bed.load().during(500)).times, 0.5).toFixed(1)} ms`,
    holds: true,
  });
  return findings;
}

interface Aim {
  readonly http: number;
  readonly address: string;
}

function statusOf(
  { http, address }: Aim,
  host: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; seconds: number }> {
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1_000;
  return new Promise((resolve) => {
    const asked = request(
      { host: address, port: http, path: "/large", agent: false, headers: { host, ...headers } },
      (response) => {
        response.resume();
        response.on("close", () => resolve({ status: response.statusCode ?? 0, seconds: since() }));
      },
    );
    asked.on("error", () => resolve({ status: 0, seconds: since() }));
    asked.end();
  });
}

/** Milliseconds of requests that are compressed, one after the other, for a while. */
async function timesOf(aim: Aim, host: string, milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + milliseconds; performance.now() < end; await delay(50)) {
    const { status, seconds } = await statusOf(aim, host, { "accept-encoding": "gzip" });
    times.push(status === 200 ? seconds * 1_000 : Infinity);
  }
  return times;
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", [...args], { stdio: "pipe" });
}
