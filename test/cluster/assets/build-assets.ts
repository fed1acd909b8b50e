import { mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { buildProgram, goVersion } from "./go.ts";
import { assetsFolder, isBuilt, markBuilt } from "./place.ts";
import { kubernetesVersion, linkerFlags, PROGRAMS } from "./programs.ts";

/** Milliseconds between two lines about the same program. */
const SAY_AGAIN = 15_000;

/**
 * Builds the programs unless they are there already.
 * @param out where they go; the cache folder of their version when undefined
 * @returns the folder, absolute
 * @throws {NoGo} {BuildFailed}
 */
export async function buildAssets(out: string | undefined, say: (line: string) => void): Promise<string> {
  const version = await kubernetesVersion();
  const folder = path.resolve(out ?? assetsFolder(version));
  if (await isBuilt(folder, version)) return folder;
  say(`Building Kubernetes ${version} with ${await goVersion()} into ${folder}. This is done once and takes minutes.`);
  await mkdir(folder, { recursive: true });
  for (const { name, from } of PROGRAMS) {
    // Another build may be at work in the same folder: each has its own file until it is whole.
    const unfinished = path.join(folder, `.${name}-${process.pid}`);
    let said = performance.now();
    say(`${name}: downloading and compiling`);
    try {
      await buildProgram({ name, from }, unfinished, linkerFlags(version), ({ compiled, of }) => {
        if (performance.now() - said < SAY_AGAIN) return;
        said = performance.now();
        say(`${name}: ${compiled} of ${of} packages`);
      });
      await rename(unfinished, path.join(folder, name));
    } finally {
      await rm(unfinished, { force: true });
    }
    say(`${name}: ${Math.round((await stat(path.join(folder, name))).size / 1e6)} MB`);
  }
  await markBuilt(folder, version);
  return folder;
}
