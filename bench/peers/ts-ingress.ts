import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { memoryFlags } from "../../src/processes/worker-flags.ts";
import type { TestBed } from "../test-bed.ts";
import type { Peer, Setting, StartedPeer } from "./peer.ts";

/** This very checkout: the data plane alone, as a worker runs it. */
export const tsIngress: Peer = checkout("ts-ingress", new URL("../..", import.meta.url).pathname);

/** The data plane of a checkout, which has the script that starts it. */
export function checkout(name: string, folder: string): Peer {
  return {
    name,
    http2: true,
    async find() {
      const manifest = await readFile(path.join(folder, "package.json"), "utf8");
      const { version } = JSON.parse(manifest) as { version: string };
      const commit = await describeCommit(folder);
      return { version: commit === null ? version : `${version} (${commit})` };
    },
    start: (bed, setting) => startTsIngress(bed, setting, [], folder),
  };
}

/** Starts the data plane with further flags for its Node. */
export async function startTsIngress(
  bed: TestBed,
  setting: Setting,
  nodeFlags: readonly string[],
  folder: string = new URL("../..", import.meta.url).pathname,
): Promise<StartedPeer> {
  const script = path.join(folder, "bench/peers/ts-ingress-process.ts");
  return await bed.startScript("proxy", "ts-ingress", [
    ...memoryFlags(null),
    ...nodeFlags,
    script,
    JSON.stringify(setting),
  ]);
}

/** "1a2b3c4" or "1a2b3c4-dirty"; null outside a checkout. */
async function describeCommit(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "describe", "--always", "--dirty"]);
    return stdout.trim();
  } catch {
    return null;
  }
}
