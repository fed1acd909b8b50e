import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The first of these programs that answers, with the version it tells; null where none does. Where Debian puts some is not on everybody's PATH. */
export async function findProgram(
  name: string,
  versionFlag: string,
  pattern: RegExp,
): Promise<{ readonly program: string; readonly version: string } | null> {
  for (const program of [name, `/usr/sbin/${name}`, `/usr/local/bin/${name}`]) {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, [versionFlag]);
      return { program, version: pattern.exec(stdout + stderr)?.[1] ?? "of unknown version" };
    } catch {
      continue;
    }
  }
  return null;
}
