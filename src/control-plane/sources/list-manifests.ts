import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic } from "../translate/diagnostic.ts";
import { fileProblem, reasonOf } from "./manifest-problem.ts";

/** The files of a folder that are read. */
export interface Listing {
  /** Sorted, as the person who named the folder would write them. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** The folder itself could not be listed. */
  readonly missing: boolean;
  /** The folder, or what a link leads to, is not there: it may come from where nobody watches. */
  readonly awaited: boolean;
}

/**
 * Finds the manifests below `root` (.yaml .yml .json), or `root` itself when it is a file. Left out: names that begin with a dot, node_modules.
 * Symbolic links are followed, as mounted ConfigMaps consist of them, but never in a circle.
 * @param enter told each folder whose entries matter, before it is listed
 */
export async function listManifests(root: string, enter: (folder: string) => void): Promise<Listing> {
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];
  let awaited = false;
  const isManifest = (name: string): boolean => /\.(?:ya?ml|json)$/.test(name);
  const fail = (file: string, error: unknown): void => {
    // What was listed and is not there is a link.
    const message = isGone(error) ? "is a link to nothing" : `cannot be read: ${reasonOf(error)}`;
    diagnostics.push(fileProblem({ code: "FileUnreadable", file }, message, "Make it readable, or remove it"));
  };

  const walk = async (folder: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(folder);
    if (above.includes(real)) return;
    enter(folder);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const file = path.join(folder, entry.name);
      try {
        if (entry.isDirectory()) await walk(file, [...above, real]);
        else if (entry.isSymbolicLink()) await follow(file, [...above, real]);
        else if (entry.isFile() && isManifest(file)) files.push(file);
      } catch (error) {
        if (entry.isSymbolicLink()) awaited = true;
        // A folder that was removed while we looked is no problem; a link to nothing is one.
        if (entry.isSymbolicLink() ? isManifest(file) : !isGone(error)) fail(file, error);
      }
    }
  };

  const follow = async (link: string, above: readonly string[]): Promise<void> => {
    const found = await stat(link);
    if (found.isDirectory()) return walk(link, above);
    if (!found.isFile() || !isManifest(link)) return;
    enter(path.dirname(await realpath(link)));
    files.push(link);
  };

  try {
    if ((await stat(root)).isDirectory()) await walk(root, []);
    else {
      enter(path.dirname(await realpath(root)));
      files.push(path.normalize(root));
    }
  } catch (error) {
    const message = `cannot be read: ${reasonOf(error)}`;
    const problem = fileProblem(
      { code: "FolderUnreadable", file: root, kind: "Folder" },
      message,
      "Name a folder that is there",
    );
    return { files: [], diagnostics: [problem], missing: true, awaited: true };
  }
  return { files: files.sort(), diagnostics, missing: false, awaited };
}

/** The file or folder does not exist, any more. */
export function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
