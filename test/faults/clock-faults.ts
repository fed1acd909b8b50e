// F43: somebody sets the clock.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FaultAlone, finding, type Finding } from "./bed.ts";
import { type ClusterBed, inCluster, putSlices, served } from "./cluster-bed.ts";

const PRELOADED = new URL("jumping-clock.ts", import.meta.url).pathname;
const HOUR = 3_600_000;
/** Where the wall clock is against that of the machine, one after another, and back; the last is slewed, not set. */
const JUMPS = [HOUR, -HOUR, 24 * HOUR, 0];

export const clockFaults: readonly FaultAlone[] = [
  {
    name: "F43",
    title: "the wall clock goes an hour ahead, two back, a day ahead, and back",
    alone: async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "ts-ingress-clock-"));
      const file = path.join(folder, "ahead");
      writeFileSync(file, "0");
      try {
        return await inCluster((bed) => jumping(bed, (ahead) => writeFileSync(file, String(ahead))), {
          node: ["--import", PRELOADED],
          environment: { JUMP_FILE: file },
          stdout: "pipe",
          flags: [
            "--workers",
            "1",
            "--update-status=true",
            "--publish-status-address",
            "203.0.113.9",
            "--election-ttl",
            "4s",
          ],
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
];

async function jumping(bed: ClusterBed, jump: (ahead: number) => void): Promise<Finding[]> {
  const { fake, program, endpoints } = bed;
  let last = "";
  program.child.stdout
    ?.setEncoding("utf8")
    .on("data", (piece: string) => (last = piece.trimEnd().split("\n").at(-1) ?? ""));
  await program.until(/"message":"leading/);
  const led = (): number => program.said.split('"message":"leading').length - 1;
  const leading = led();
  const load = bed.load();
  const findings: Finding[] = [];
  for (const [index, ahead] of JUMPS.entries()) {
    jump(ahead);
    await delay(2_500);
    const [endpoint] = [endpoints[index % endpoints.length]];
    if (endpoint === undefined) continue;
    const began = performance.now();
    const sofar = endpoint.deliveries.size;
    putSlices(fake, "app", [endpoint]);
    while (endpoint.deliveries.size < sofar + 200 && performance.now() - began < 10_000) await delay(20);
    const lag = performance.now() - began;
    const time = Date.parse((JSON.parse(last || "{}") as { time?: string }).time ?? "");
    const off = time - (Date.now() + ahead);
    const what = `${ahead / HOUR} h ahead`;
    findings.push(
      { what: `${what}: the cluster is followed`, figure: `${lag.toFixed(0)} ms`, holds: lag < 8_000 },
      {
        what: `${what}: times in the access log`,
        figure: `${(off / 1_000).toFixed(1)} s off`,
        holds: Math.abs(off) < 5_000,
      },
    );
  }
  const result = await load.stop();
  const failures = await program.metric("ts_ingress_failures_total");
  const renewed = fake.collection("leases").get("default", "ts-ingress-leader")["spec"];
  return [
    served("requests", result, program),
    finding("failures of any kind", failures, 0),
    ...findings,
    {
      what: "leads as before",
      figure: `${led()} times leading, ${JSON.stringify(renewed)}`,
      holds: led() === leading && !program.said.includes("lost the lead"),
    },
  ];
}
