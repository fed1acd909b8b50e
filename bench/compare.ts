import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Peer } from "./peers/peer.ts";
import { checkout } from "./peers/ts-ingress.ts";
import type { TestBed } from "./test-bed.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/**
 * Another revision of this checkout as a peer, in a worktree that `remove` takes away again.
 * @throws where git does not know the revision
 */
export async function revision(bed: TestBed, name: string): Promise<{ peer: Peer; remove: () => Promise<void> }> {
  const folder = path.join(bed.folder, "revision");
  const git = async (...args: readonly string[]): Promise<void> =>
    void (await promisify(execFile)("git", ["-C", ROOT, ...args]));
  await git("worktree", "add", "--detach", folder, name);
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  const remove = (): Promise<void> => git("worktree", "remove", "--force", folder);
  return { peer: checkout(`ts-ingress ${name}`, folder), remove };
}
