// F34, and workers that are replaced again and again: what becomes of one must not be noticed by the clients of another.
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ReplaceLoad } from "../support/replace-load.ts";
import { allRight, describe, type Fault, HOST } from "./bed.ts";
import { REFUSED, SteadyLoad } from "./steady-load.ts";
import { untilReplaced, withWorkers } from "./workers.ts";

const ROUNDS = 20;

export const workerFaults: readonly Fault[] = [
  {
    name: "F34",
    title: "a worker is killed under load",
    run: (bed) =>
      withWorkers(bed, 2, async (processes, ports) => {
        const load = new SteadyLoad(ports, HOST);
        await delay(1_000);
        const pid = processes.workerStatus()[0]?.process ?? 0;
        process.kill(pid, "SIGKILL");
        const seconds = await untilReplaced(processes, pid, 2);
        const result = await load.stop();
        const after = await new SteadyLoad(ports, HOST).during(1_000);
        return [
          // Six clients of HTTP/1 and four streams, at most all of them with the one that is killed.
          { what: "lost with it", figure: describe(result), holds: result.requests - result.right <= 10 },
          { what: "replaced after", figure: `${seconds.toFixed(2)} s`, holds: seconds < 1 },
          allRight("afterwards", after),
        ];
      }),
  },
  {
    name: "replace",
    title: `workers are replaced one by one, ${ROUNDS} times, under load of short and long connections`,
    run: (bed) =>
      withWorkers(bed, 2, async (processes, ports) => {
        const load = new SteadyLoad(ports, HOST);
        const others = new ReplaceLoad(ports.http, HOST, 8, 16);
        for (let round = 0; round < ROUNDS; round += 1) {
          await processes.replace();
          await delay(100);
        }
        const { answered, lost } = await others.stop();
        const result = await load.stop();
        // node:http2 cannot read on once it has said GOAWAY and no stream is open: such requests are refused, unprocessed.
        const right = result.right + (result.wrong.get(REFUSED) ?? 0);
        return [
          { what: "HTTP/1 and HTTP/2", figure: describe(result), holds: right === result.requests },
          {
            what: "short and long",
            figure: `${answered} right, lost: ${lost.join(", ") || "none"}`,
            holds: lost.length === 0,
          },
        ];
      }),
  },
  {
    name: "spread",
    title: "long connections are spread over the workers",
    run: (bed) =>
      withWorkers(bed, 2, async (processes, ports) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 200 });
        await Promise.all(Array.from({ length: 200 }, () => ask(agent, ports.http)));
        // The workers tell once a second.
        await delay(2_000);
        const counts = processes.workerStatus().map(({ connections }) => connections);
        agent.destroy();
        const holds = Math.max(...counts) <= 2 * Math.min(...counts);
        return [{ what: "connections a worker", figure: counts.join(" and "), holds }];
      }),
  },
];

function ask(agent: Agent, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, host: "127.0.0.1", port, path: "/x", headers: { host: HOST } }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    asked.on("error", reject);
    asked.end();
  });
}
