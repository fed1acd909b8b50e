// F42: nobody reads the access log, or its disk is full.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FaultAlone, type Finding } from "./bed.ts";
import { type ClusterBed, inCluster, served } from "./cluster-bed.ts";

export const logFaults: readonly FaultAlone[] = [
  {
    name: "F42",
    title: "nobody reads the access log, then somebody does; its disk is full, then it has room",
    missing: () => (canMount() ? null : "needs root, to mount a small tmpfs"),
    alone: async () => [
      ...(await inCluster(unread, { stdout: "pipe", flags: ["--workers", "2"] })),
      ...(await onFullDisk(["--workers", "1"], "one process")),
      ...(await onFullDisk(["--workers", "2"], "workers")),
    ],
  },
];

async function unread(bed: ClusterBed): Promise<Finding[]> {
  const { program } = bed;
  const result = await bed.load().during(3_000);
  const lost = await dropped(bed, "unread");
  let read = "";
  program.child.stdout?.setEncoding("utf8").on("data", (piece: string) => (read += piece));
  await bed.load().during(1_000);
  const torn = read
    .split("\n")
    .slice(0, -1)
    .filter((line) => !isJson(line));
  program.child.stdout?.pause();
  return [
    served("unread: requests", result, program),
    lost,
    {
      what: "unread: lines when somebody reads",
      figure: `${read.split("\n").length}, of them torn ${torn.length}`,
      holds: read.includes('"status":200') && torn.length === 0,
    },
    {
      what: "unread: what was lost is said",
      figure: /\d+ lines were dropped/.exec(read)?.[0] ?? "nothing",
      holds: read.includes("lines were dropped"),
    },
  ];
}

async function onFullDisk(flags: readonly string[], what: string): Promise<Finding[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ts-ingress-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
  const file = path.join(folder, "access.log");
  const stdout = openSync(file, "a");
  try {
    return await inCluster(
      async (bed) => {
        const full = await bed.load().during(3_000);
        const lost = await dropped(bed, `full, ${what}`);
        truncateSync(file);
        const again = await bed.load().during(1_000);
        await delay(200);
        const lines = readFileSync(file, "utf8").split("\n");
        return [
          served(`full, ${what}: requests`, full, bed.program),
          lost,
          served(`room again, ${what}: requests`, again, bed.program),
          {
            what: `room again, ${what}: lines`,
            figure: String(lines.length),
            holds: lines.some((line) => isJson(line) && line.includes('"status":200')),
          },
        ];
      },
      { stdout, flags },
    );
  } finally {
    closeSync(stdout);
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  }
}

async function dropped({ program }: ClusterBed, what: string): Promise<Finding> {
  // What workers count they tell every five seconds, and when asked.
  const count = await program.metric("ts_ingress_log_lines_dropped_total");
  return { what: `${what}: lines dropped and counted`, figure: String(count), holds: count > 0 };
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

function canMount(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), "ts-ingress-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
