import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isGone } from "./list-manifests.ts";
import { fileProblem, reasonOf } from "./manifest-problem.ts";
import { parseManifest, type Manifest } from "./parse-manifest.ts";

/** A file at one moment. */
export interface ManifestFile {
  /** Hash of the content, or the reason why there is none. */
  readonly revision: string;
  readonly manifest: Manifest;
}

/** Larger files are refused: no manifest is that large, and one file must not cost all memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads one file. `before` is given back when nothing changed; null when the file is gone. Never throws. */
export async function readManifest(file: string, before: ManifestFile | undefined): Promise<ManifestFile | null> {
  try {
    const { size } = before === undefined ? await stat(file) : await settled(file);
    if (size > MAX_BYTES) {
      return refused(
        "FileTooLarge",
        file,
        `has ${size} bytes, more than the ${MAX_BYTES} that are read of one file`,
        "Split it into several files",
      );
    }
    const content = await readFile(file);
    const revision = createHash("sha256").update(content).digest("base64url");
    if (before?.revision === revision) return before;
    return { revision, manifest: parseManifest(content.toString("utf8"), file) };
  } catch (error) {
    if (isGone(error)) return null;
    const message = `cannot be read: ${reasonOf(error)}`;
    return refused("FileUnreadable", file, message, "Make it readable, or remove it");
  }
}

/** Milliseconds since the last write after which a file counts as complete, and how often we wait for that. */
const SETTLED = 30;
const PATIENCE = 10;

/** Waits while a known file is being written: one that was just truncated is good YAML, of nothing. */
async function settled(file: string): Promise<Stats> {
  let found = await stat(file);
  for (let waits = 0; waits < PATIENCE && Math.abs(Date.now() - found.mtimeMs) < SETTLED; waits += 1) {
    await delay(SETTLED);
    found = await stat(file);
  }
  return found;
}

function refused(code: string, file: string, message: string, remedy: string): ManifestFile {
  const diagnostics = [fileProblem({ code, file }, message, remedy)];
  return { revision: message, manifest: { resources: [], diagnostics, broken: true } };
}
