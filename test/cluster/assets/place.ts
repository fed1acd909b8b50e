import { createHash } from "node:crypto";
import { access, constants, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { linkerFlags, MODULE, PROGRAMS } from "./programs.ts";

/** Says of what the programs beside it were built. */
const STAMP = "built-of";

/** Where the programs are kept: below `$XDG_CACHE_HOME`, or `~/.cache`. A relative XDG path is ignored, as its specification demands. */
export function assetsFolder(version: string, environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  const cache = base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
  return path.join(cache, "ts-ingress", `cluster-assets-${version}`);
}

/** A name for what is built: the same for the same modules and flags. */
async function recipe(version: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(await readFile(path.join(MODULE, file)));
  return hash.update(linkerFlags(version)).update(`${process.platform} ${process.arch}`).digest("hex");
}

/** True when all programs are there and were built of what go.mod and go.sum say now. */
export async function isBuilt(folder: string, version: string): Promise<boolean> {
  try {
    for (const { name } of PROGRAMS) await access(path.join(folder, name), constants.X_OK);
    return (await readFile(path.join(folder, STAMP), "utf8")) === (await recipe(version));
  } catch {
    return false;
  }
}

export async function markBuilt(folder: string, version: string): Promise<void> {
  await writeFile(path.join(folder, STAMP), await recipe(version));
}
