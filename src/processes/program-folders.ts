import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";

/** Where this program's own files are: `src` of a checkout, `dist` of a package. */
const OWN = path.join(import.meta.dirname, "..");

/**
 * Everything that a worker has to read: the program, and the packages it depends on, wherever Node looks for them on the way. (It must be
 * allowed to look also where there is nothing.)
 */
export function programFolders(): string[] {
  const own = path.join(OWN, "..", "package.json");
  const allowed = new Set([path.join(OWN, path.sep), own]);
  const followed = new Set<string>();
  const follow = (packageFile: string): void => {
    followed.add(packageFile);
    const { dependencies = {} } = JSON.parse(readFileSync(packageFile, "utf8")) as { dependencies?: object };
    for (const name of Object.keys(dependencies)) {
      for (const folder of candidates(path.dirname(packageFile), name)) {
        allowed.add(path.join(folder, path.sep));
        const found = path.join(folder, "package.json");
        if (!existsSync(found)) continue;
        for (const link of linksOn(folder)) allowed.add(link);
        const real = realpathSync(found);
        allowed.add(path.join(path.dirname(real), path.sep));
        if (!followed.has(real)) follow(real);
        break;
      }
    }
  };
  follow(own);
  // Node loses a path that is given after one that begins with it.
  return [...allowed].toSorted((a, b) => a.length - b.length);
}

/** Where Node looks for a package, in order. */
function candidates(from: string, name: string): string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) !== "node_modules") folders.push(path.join(folder, "node_modules", name));
    if (folder === path.dirname(folder)) return folders;
  }
}

/** The symbolic links that a path leads through, as pnpm and workspaces make them. */
function linksOn(folder: string): string[] {
  const links: string[] = [];
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (lstatSync(at).isSymbolicLink()) links.push(at);
  }
  return links;
}
