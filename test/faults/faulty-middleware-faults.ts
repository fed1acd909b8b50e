// F36 to F38: middleware that keeps memory, that stands still, and that throws, where it is caught and where it is not.
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Processes } from "../../src/processes/processes.ts";
import { type Bed, describe, type Fault, finding, type Finding, HOST } from "./bed.ts";
import { FAULT } from "./faulty-middleware.ts";
import { startFaultyWorkers } from "./start-faulty-workers.ts";
import { type LoadResult, REFUSED, SteadyLoad } from "./steady-load.ts";
import { type Ports, untilReplaced, withWorkers } from "./workers.ts";

const CAUGHT = ["throw", "throw-after", "throw-beside"];
const UNCAUGHT = ["throw-later", "reject-later"];
/** Requests of the load at a time: six over HTTP/1, four streams. */
const UNDER_WAY = 10;
/** Megabytes of JavaScript memory of a worker. */
const HEAP = 128;

type Run = (processes: Processes, ports: Ports, problems: readonly string[]) => Promise<Finding[]>;

async function withFaultyWorkers(bed: Bed, run: Run): Promise<Finding[]> {
  const end = startFaultyWorkers(HEAP);
  try {
    return await withWorkers(bed, 2, run, [{ use: "https-redirect", options: {} }]);
  } finally {
    end();
  }
}

export const faultyMiddlewareFaults: readonly Fault[] = [
  {
    name: "F36",
    title: "a middleware keeps memory until there is none: slowly, and all at once",
    run: (bed) =>
      withFaultyWorkers(bed, async (...given) => [...(await leaking(...given)), ...(await devouring(...given))]),
  },
  {
    name: "F37",
    title: "a middleware stands still, and with it the event loop of its worker: for a second, and for twenty",
    run: (bed) =>
      withFaultyWorkers(bed, async (...given) => [
        ...(await standingStill("stand-still-1", ...given)),
        ...(await standingStill("stand-still-20", ...given)),
      ]),
  },
  {
    name: "F38",
    title: "a middleware throws: before, with an answer in hand, with a request on its way, and where nobody catches",
    run: (bed) =>
      withFaultyWorkers(bed, async (...given) => [...(await caught(...given)), ...(await uncaught(...given))]),
  },
];

/** Both workers leak: each refuses requests before it dies of it, and they are replaced one at a time. */
async function leaking(processes: Processes, ports: Ports, problems: readonly string[]): Promise<Finding[]> {
  const before = pids(processes);
  const load = new SteadyLoad(ports, HOST);
  let refused = 0;
  let startingAtMost = 0;
  const end = performance.now() + 90_000;
  while (pids(processes).some((pid) => before.includes(pid)) && performance.now() < end) {
    const statuses = await Promise.all([faulty(ports, "leak"), faulty(ports, "leak"), faulty(ports, "leak")]);
    refused += statuses.filter((status) => status === 503).length;
    startingAtMost = Math.max(
      startingAtMost,
      processes.workerStatus().filter(({ state }) => state === "starting").length,
    );
    await delay(20);
  }
  const result = await load.stop();
  const died = problems.filter((problem) => problem.includes(" ended ("));
  return [
    { what: "refused before", figure: `${refused} × 503`, holds: refused > 0 },
    {
      what: "both replaced",
      figure: pids(processes).join(" and "),
      holds: pids(processes).every((pid) => !before.includes(pid)),
    },
    { what: "none died of it", figure: died.join("; ") || "none", holds: died.length === 0 },
    finding("started at a time", startingAtMost, 1),
    nothingBut("other requests", result, ["503", REFUSED]),
  ];
}

/** One worker runs out of memory at once. */
async function devouring(processes: Processes, ports: Ports, problems: readonly string[]): Promise<Finding[]> {
  const before = pids(processes);
  const told = problems.length;
  const load = new SteadyLoad(ports, HOST);
  await delay(1_000);
  await faulty(ports, "devour");
  const ended = (): string | undefined => problems.slice(told).find((problem) => problem.includes(" ended ("));
  const end = performance.now() + 30_000;
  while (ended() === undefined && performance.now() < end) await delay(20);
  const gone = before.find((pid) => ended()?.includes(`process ${pid})`)) ?? 0;
  const seconds = await untilReplaced(processes, gone, 2);
  await delay(1_000);
  const result = await load.stop();
  return [
    { what: "the one that has no memory ends", figure: ended() ?? "it lives", holds: gone > 0 },
    { what: "replaced after", figure: `${seconds.toFixed(2)} s`, holds: seconds < 3 },
    { what: "lost with it", figure: describe(result), holds: result.requests - result.right <= UNDER_WAY },
    {
      what: "the other one lives",
      figure: pids(processes).join(" and "),
      holds: before.filter((pid) => pids(processes).includes(pid)).length === 1,
    },
  ];
}

/** For a second, which is not for ever; or for longer than a worker may be silent. */
async function standingStill(
  fault: "stand-still-1" | "stand-still-20",
  processes: Processes,
  ports: Ports,
  problems: readonly string[],
): Promise<Finding[]> {
  const short = fault === "stand-still-1";
  const before = pids(processes);
  const load = new SteadyLoad(ports, HOST);
  await delay(1_000);
  const began = performance.now();
  const asked = faulty(ports, fault);
  const gone = (): number => before.filter((pid) => !pids(processes).includes(pid)).length;
  const patience = short ? 0 : 30_000;
  while (gone() === 0 && performance.now() - began < patience) await delay(20);
  const seconds = (performance.now() - began) / 1_000;
  const status = await asked;
  while (pids(processes).length < 2 && performance.now() - began < 60_000) await delay(50);
  await delay(2_000);
  const result = await load.stop();
  const lost = result.requests - result.right;
  const after = await new SteadyLoad(ports, HOST).during(1_000);
  return [
    { what: `${fault}: the request itself`, figure: String(status), holds: status === (short ? 200 : 0) },
    finding(`${fault}: workers ended`, gone(), short ? 0 : 1),
    {
      what: `${fault}: noticed after`,
      figure: short ? "never" : `${seconds.toFixed(1)} s`,
      holds: short || seconds < 8,
    },
    {
      what: `${fault}: told`,
      figure: problems.at(-1) ?? "nothing",
      holds: short || problems.some((problem) => problem.includes("not been heard of")),
    },
    finding(`${fault}: requests lost with it`, lost, short ? 0 : UNDER_WAY),
    { what: `${fault}: afterwards`, figure: describe(after), holds: after.right === after.requests },
  ];
}

async function caught(processes: Processes, ports: Ports, _problems?: unknown): Promise<Finding[]> {
  const before = pids(processes);
  const load = new SteadyLoad(ports, HOST);
  const statuses: number[] = [];
  for (let times = 0; times < 30; times += 1) {
    for (const fault of CAUGHT) statuses.push(await faulty(ports, fault));
  }
  const result = await load.stop();
  const busy = await stillBusy(processes);
  return [
    {
      what: "500 for each that throws",
      figure: describeStatuses(statuses),
      holds: statuses.every((status) => status === 500),
    },
    nothingBut("other requests", result, []),
    {
      what: "the same workers serve",
      figure: pids(processes).join(" and "),
      holds: String(pids(processes)) === String(before),
    },
    finding("requests that upstreams still work on", busy, 0),
  ];

  /** A request that nobody waits for is given up, and does not keep its connection. */
  async function stillBusy(processes: Processes): Promise<number> {
    const end = performance.now() + 5_000;
    for (;;) {
      const upstreams = await processes.upstreamStatus();
      const active = upstreams
        .flatMap(({ endpoints }) => endpoints)
        .reduce((sum, endpoint) => sum + endpoint.active, 0);
      if (active === 0 || performance.now() > end) return active;
      await delay(100);
    }
  }
}

async function uncaught(processes: Processes, ports: Ports, problems: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const fault of UNCAUGHT) {
    const before = pids(processes);
    const load = new SteadyLoad(ports, HOST);
    await delay(500);
    const status = await faulty(ports, fault);
    const end = performance.now() + 30_000;
    const fresh = (): number => pids(processes).filter((pid) => !before.includes(pid)).length;
    while (fresh() === 0 && performance.now() < end) await delay(20);
    await delay(1_000);
    const result = await load.stop();
    findings.push(
      finding(`${fault}: workers replaced`, fresh(), 1),
      { what: `${fault}: the request itself`, figure: String(status), holds: status === 200 },
      nothingBut(`${fault}: other requests`, result, [REFUSED]),
      {
        what: `${fault}: told`,
        figure: String(problems.length),
        holds: problems.some((problem) => problem.includes("where nobody")),
      },
    );
  }
  return findings;
}

/** Those that serve, without those that finish what they began. */
function pids(processes: Processes): number[] {
  const serving = processes.workerStatus().filter(({ state }) => state !== "retiring");
  return serving.map(({ process: pid }) => pid ?? 0);
}

function nothingBut(what: string, result: LoadResult, kinds: readonly string[]): Finding {
  const holds =
    [...result.wrong.keys()].every((kind) => kinds.includes(kind)) && result.corrupt === 0 && result.right > 0;
  return { what, figure: describe(result), holds };
}

function describeStatuses(statuses: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(", ");
}

/** A request whose middleware misbehaves, on a connection of its own. @returns its status; 0 where the connection was lost */
function faulty(ports: Ports, fault: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { host: HOST, [FAULT]: fault, connection: "close" };
    const asked = request(
      { agent: new Agent(), host: "127.0.0.1", port: ports.http, path: "/fault", headers },
      (response) => {
        response.resume();
        response.on("close", () => resolve(response.statusCode ?? 0));
      },
    );
    asked.on("error", () => resolve(0));
    asked.end();
  });
}
