// F32 and F39: the end of a gateway under load, and too few files.
import { setTimeout as delay } from "node:timers/promises";
import { closeAll, openMany, statusOf } from "./attackers.ts";
import { describe, type Fault, finding, type Finding, HOST } from "./bed.ts";
import { type ClusterBed, inCluster } from "./cluster-bed.ts";
import { GatewayUnderTest } from "./gateway-under-test.ts";
import { REFUSED, SteadyLoad } from "./steady-load.ts";

const GET = `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

export const processFaults: readonly Fault[] = [
  {
    name: "F32",
    title: "a gateway ends while requests come",
    async run(bed) {
      const gateway = await GatewayUnderTest.start(bed.pair);
      gateway.route([{ host: HOST, endpoints: bed.endpoints.map(({ port }) => ({ port })) }]);
      const load = new SteadyLoad(gateway, HOST);
      await delay(1_000);
      const drained = gateway.drain({ grace: 5_000, delay: 2_000, idle: 1_000 });
      // As a load balancer that has learnt of it in time.
      await delay(1_500);
      const result = await load.stop();
      const began = performance.now();
      await drained;
      const seconds = (performance.now() - began) / 1000;
      await gateway.stop();
      return [
        // After GOAWAY node:http2 refuses what was on its way, unprocessed: its client may send it again.
        {
          what: "requests",
          figure: describe(result),
          holds: result.right + (result.wrong.get(REFUSED) ?? 0) === result.requests,
        },
        { what: "ended in time", figure: `${seconds.toFixed(1)} s`, holds: seconds < 8 },
      ];
    },
  },
  {
    name: "F39",
    title: "more clients than there are files",
    async run(bed) {
      const gateway = await GatewayUnderTest.start(bed.pair, "127.0.0.1", { files: 128 });
      gateway.route([{ host: HOST, endpoints: bed.endpoints.map(({ port }) => ({ port })) }]);
      const clients = await openMany(400, gateway.http);
      await delay(300);
      const before = await gateway.sample();
      await delay(2_000);
      const after = await gateway.sample();
      const spin = (after.cpu - before.cpu) / 2;
      closeAll(clients);
      await delay(1_000);
      const [client] = await openMany(1, gateway.http);
      client?.socket.write(GET);
      await delay(500);
      const answered = client === undefined ? 0 : statusOf(client);
      client?.socket.destroy();
      const { problems } = await gateway.sample();
      await gateway.stop();
      return [
        ...(await inCluster((cluster) => healthWhileFull(cluster, "one process"), {
          files: 256,
          flags: ["--workers", "1"],
        })),
        ...(await inCluster((cluster) => healthWhileFull(cluster, "workers"), {
          files: 256,
          flags: ["--workers", "2"],
        })),
        { what: "CPU while it is full", figure: `${(spin * 100).toFixed(0)} %`, holds: spin < 0.2 },
        finding("files open", after.files, 128),
        { what: "serves when there is room again", figure: String(answered), holds: answered === 200 },
        { what: "errors nobody caught", figure: problems.join("; ") || "none", holds: problems.length === 0 },
      ];
    },
  },
];

/** Whoever holds all connections keeps nobody from asking whether we live, nor us from following the cluster. */
async function healthWhileFull({ program }: ClusterBed, what: string): Promise<Finding[]> {
  const before = program.use().cpu;
  const clients = await openMany(800, program.http);
  await delay(1_000);
  const probes = [];
  for (let probe = 0; probe < 6; probe += 1) {
    probes.push(await program.probe(probe % 2 === 0 ? "/livez" : "/readyz"));
    await delay(300);
  }
  const cpu = program.use().cpu - before;
  closeAll(clients);
  return [
    { what: `full, ${what}: health`, figure: probes.join(" "), holds: probes.every((status) => status === 200) },
    { what: `full, ${what}: seconds of CPU in three`, figure: cpu.toFixed(2), holds: cpu < 2 },
  ];
}
