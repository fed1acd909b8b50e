import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Peer } from "./peer.ts";

/** A proxy that is a package of npm, run by a script of ours under this very Node. It speaks HTTP/1 alone. */
export function packagePeer(name: string, packageName: string, script: string): Peer {
  return {
    name,
    http2: false,
    async find() {
      // Not every package lets its manifest be resolved by name.
      for (const root of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
        const manifest = await readFile(path.join(root, packageName, "package.json"), "utf8").catch(() => null);
        if (manifest !== null) return { version: (JSON.parse(manifest) as { version: string }).version };
      }
      return { missing: `the package ${packageName} is not installed (npm ci)` };
    },
    async start(bed, setting) {
      return await bed.startScript("proxy", name, [new URL(script, import.meta.url).pathname, JSON.stringify(setting)]);
    },
  };
}
