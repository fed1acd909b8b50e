import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { TestBed } from "../test-bed.ts";
import type { Peer, StartedPeer } from "./peer.ts";

/** This very checkout: the data plane alone, as a worker runs it. */
export const tsIngress: Peer = {
  name: "ts-ingress",
  async find() {
    const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    const commit = await describeCommit();
    return { version: commit === null ? version : `${version} (${commit})` };
  },
  start: (bed, upstreamPort) => startTsIngress(bed, upstreamPort, []),
};

/** Starts the data plane with further flags for its Node. */
export async function startTsIngress(
  bed: TestBed,
  upstreamPort: number,
  nodeFlags: readonly string[],
): Promise<StartedPeer> {
  const script = new URL("ts-ingress-process.ts", import.meta.url).pathname;
  return await bed.startScript("proxy", "ts-ingress", [...nodeFlags, script, String(upstreamPort)]);
}

/** "1a2b3c4" or "1a2b3c4-dirty"; null outside a checkout. */
async function describeCommit(): Promise<string | null> {
  try {
    const folder = new URL("../..", import.meta.url).pathname;
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "describe", "--always", "--dirty"]);
    return stdout.trim();
  } catch {
    return null;
  }
}
