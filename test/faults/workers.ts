import { setTimeout as delay } from "node:timers/promises";
import { Processes } from "../../src/processes/processes.ts";
import type { MiddlewareSettings } from "../../src/snapshot/route.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { type Bed, type Finding, HOST } from "./bed.ts";
import { fragmentOf } from "./gateway-under-test.ts";

const ADDRESS = { host: "127.0.0.1", port: 0 };

export interface Ports {
  readonly http: number;
  readonly https: number;
}

/** Runs something before workers that serve the endpoints of a bed, and ends them. */
export async function withWorkers(
  bed: Bed,
  count: number,
  run: (processes: Processes, ports: Ports, problems: readonly string[]) => Promise<Finding[]>,
  middleware: readonly MiddlewareSettings[] = [],
): Promise<Finding[]> {
  const problems: string[] = [];
  const processes = new Processes({
    workers: { count },
    http: ADDRESS,
    https: ADDRESS,
    data: { allowLoopbackNames: true },
    defaultCertificate: async () => bed.pair,
    onProblem: (problem) => problems.push(problem),
    onHealthChange: () => {},
  });
  const endpoints = bed.endpoints.map(({ port }) => ({ port }));
  processes.apply(seal(fragmentOf([{ host: HOST, endpoints, middleware }])));
  const { http, https } = await processes.listen();
  try {
    return await run(processes, { http: http ?? 0, https: https ?? 0 }, problems);
  } finally {
    await processes.close();
  }
}

/** Seconds until the worker of a process id has given way to another that serves. */
export async function untilReplaced(processes: Processes, old: number, count: number): Promise<number> {
  const began = performance.now();
  const done = (): boolean => {
    const serving = processes.workerStatus().filter(({ state }) => state === "serving");
    return serving.length === count && serving.every(({ process: pid }) => pid !== old);
  };
  while (!done() && performance.now() - began < 30_000) await delay(20);
  return (performance.now() - began) / 1000;
}
