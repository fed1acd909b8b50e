import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { MODULE, type Program } from "./programs.ts";

/** There is no Go here that can build. The message says what to do. */
export class NoGo extends Error {}

/** A build that Go gave up. The message holds what it said. */
export class BuildFailed extends Error {}

export interface Progress {
  /** Packages compiled so far, and how many there are when none is in Go's cache. */
  readonly compiled: number;
  readonly of: number;
}

/** No C compiler is needed, and nothing of this checkout's history is looked at. */
const PLAIN = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false" };

/** The version of Go that builds in this module, for example "go1.26.8". @throws {NoGo} */
export async function goVersion(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  try {
    return (await runGo(["env", "GOVERSION"], environment)).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new NoGo(
        "There is no Go on this machine. Install the version that test/cluster/assets/go.mod names: https://go.dev/dl/",
      );
    }
    // Go's own line says which version is here and which is required.
    throw new NoGo(`The Go on this machine cannot build: ${(error as Error).message}`);
  }
}

/** Builds one program into `file`. @throws {BuildFailed} */
export async function buildProgram(
  program: Program,
  file: string,
  ldflags: string,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const all = (await runGo(["list", "-deps", program.from])).trim().split("\n").length;
  let compiled = 0;
  // -v names each package on stderr as it is compiled.
  await runGo(["build", "-v", "-trimpath", "-ldflags", ldflags, "-o", file, program.from], process.env, (line) => {
    if (!isPackage(line)) return false;
    compiled += 1;
    onProgress({ compiled, of: all });
    return true;
  });
}

/** A line with nothing but the path of a package; what Go complains of has blanks in it. */
function isPackage(line: string): boolean {
  return /^[\w.~/-]+$/.test(line);
}

/** @param take lines of stderr that are no complaint @returns stdout. */
function runGo(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  take: (line: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: MODULE,
      env: { ...environment, ...PLAIN },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    const said: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (stdout += piece));
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (!take(line) && !line.startsWith("go: downloading ")) said.push(line);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(stdout);
      else reject(new BuildFailed(said.slice(-20).join("\n") || `go ${args[0]} ended with ${code}`));
    });
  });
}
