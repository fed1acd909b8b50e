import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Setting } from "./peers/peer.ts";
import { startTsIngress } from "./peers/ts-ingress.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { selfTimes, type CpuProfile } from "./self-times.ts";
import { markdownTable } from "./table.ts";
import type { TestBed } from "./test-bed.ts";

/** How many functions are listed. */
const LISTED = 25;

/** Runs ts-ingress at a scenario with `--cpu-prof`. @returns where the profile is, and the functions that take most of the time. */
export async function profile(
  bed: TestBed,
  scenario: Scenario,
  setting: Setting,
  how: { readonly connections: number; readonly duration: number },
): Promise<string> {
  // Not in the bed's folder: the profile is what the run is for, and stays.
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-profile-"));
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
  const started = await startTsIngress(bed, { ...setting, ...scenario.setting }, flags);
  await scenario.run(bed, started, { ...how, setting: scenario.setting ?? {} });
  // Node writes the profile as it ends.
  await started.child.close();
  const [name] = await readdir(folder);
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  const file = path.join(folder, name);
  const rows = selfTimes(JSON.parse(await readFile(file, "utf8")) as CpuProfile)
    .slice(0, LISTED)
    .map(({ name, place, share }) => [`${(share * 100).toFixed(1)} %`, name, place]);
  const table = markdownTable(
    [
      { title: "self", align: "right" },
      { title: "function", align: "left" },
      { title: "place", align: "left" },
    ],
    rows,
  );
  // Node is idle from the profiler's view from the moment it polls until JavaScript is called: reading a socket lies between.
  const note =
    "Shares are of the time not idle, start included; system calls that read count as idle, those that write do not.";
  return `${table}\n\n${note}\nThe whole profile, for a browser's developer tools: ${file}\n`;
}
