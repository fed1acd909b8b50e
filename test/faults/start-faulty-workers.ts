import childProcess, { type ForkOptions } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";

const HERE = import.meta.dirname;

/**
 * From here on workers of this process run faulty-worker.ts, and may read it.
 * @param heap megabytes of JavaScript memory for each. @returns ends it
 */
export function startFaultyWorkers(heap: number): () => void {
  const { fork } = childProcess;
  childProcess.fork = ((_program: string, options: ForkOptions) =>
    fork(path.join(HERE, "faulty-worker.ts"), {
      ...options,
      execArgv: [...(options.execArgv ?? []), `--allow-fs-read=${HERE}${path.sep}`, `--max-old-space-size=${heap}`],
    })) as typeof childProcess.fork;
  syncBuiltinESMExports();
  return () => {
    childProcess.fork = fork;
    syncBuiltinESMExports();
  };
}
