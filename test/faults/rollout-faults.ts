// F33: gateways behind a load balancer that knows nothing but their readiness are replaced, one after the other.
import { setTimeout as delay } from "node:timers/promises";
import { Balancer } from "../cluster/balancer.ts";
import { type FaultAlone, finding, type Finding, HOST } from "./bed.ts";
import { ClusterBed, controllerOf, served } from "./cluster-bed.ts";
import { Program } from "./program.ts";
import { SteadyLoad } from "./steady-load.ts";

const GATEWAYS = 3;
const REPLACEMENTS = Number(process.env["REPLACEMENTS"] ?? 20);
/** Milliseconds from when one says that it is not ready until nobody sends it new connections. */
const NEWS = 1_000;

export const rolloutFaults: readonly FaultAlone[] = [
  {
    name: "F33",
    title: `${GATEWAYS} gateways behind a load balancer, ${REPLACEMENTS} replacements`,
    alone: async () => {
      const bed = await ClusterBed.open({ flags: ["--workers", "1"] });
      try {
        return [...(await replacing(bed)), ...(await bed.quiescence())];
      } finally {
        await bed.close();
      }
    },
  },
];

async function replacing({ fake, endpoints }: ClusterBed): Promise<Finding[]> {
  const start = (): Promise<Program> =>
    Program.start(controllerOf(fake, ["--workers", "1", "--shutdown-grace-period", "3"]));
  const gateways = await Promise.all(Array.from({ length: GATEWAYS }, start));
  const all = [...gateways];
  const plain = await Balancer.listen(gateways.map(({ http }) => http));
  const tls = await Balancer.listen(gateways.map(({ https }) => https));
  const balance = (): void => {
    plain.use(gateways.map(({ http }) => http));
    tls.use(gateways.map(({ https }) => https));
  };
  const load = new SteadyLoad({ http: plain.port, https: tls.port }, HOST);
  const exits: string[] = [];
  try {
    for (let turn = 0; turn < REPLACEMENTS; turn += 1) {
      const fresh = await start();
      gateways.push(fresh);
      all.push(fresh);
      balance();
      const old = gateways.shift() as Program;
      const ended = old.end();
      while ((await old.probe("/readyz")) === 200) await delay(50);
      await delay(NEWS);
      balance();
      exits.push(await ended);
    }
    const result = await load.stop();
    const twice = load.posted.filter(
      (id) => endpoints.reduce((sum, { deliveries }) => sum + (deliveries.get(id) ?? 0), 0) > 1,
    );
    return [
      served("requests", result, ...all),
      finding("POST delivered twice", twice.length, 0),
      finding("gateways that did not end well", exits.filter((exit) => exit !== "0").length, 0),
    ];
  } finally {
    await plain.close();
    await tls.close();
    for (const gateway of gateways) await gateway.kill();
  }
}
