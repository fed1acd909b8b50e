import { readdir, readFile } from "node:fs/promises";

/** What the kernel knows of a process, on Linux. */
export interface ProcessFiles {
  readonly openFiles: number;
  readonly virtualBytes: number;
  /** From and to disks, since it began. */
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** @returns null where the kernel does not say, or not to us */
export async function processFiles(pid: number, root = "/proc"): Promise<ProcessFiles | null> {
  try {
    const folder = `${root}/${pid}`;
    const [files, status, io] = await Promise.all([
      readdir(`${folder}/fd`),
      readFile(`${folder}/status`, "latin1"),
      readFile(`${folder}/io`, "latin1"),
    ]);
    return {
      openFiles: files.length,
      virtualBytes: numberIn(status, /^VmSize:\s+(\d+) kB$/m) * 1024,
      readBytes: numberIn(io, /^read_bytes: (\d+)$/m),
      writtenBytes: numberIn(io, /^write_bytes: (\d+)$/m),
    };
  } catch {
    return null;
  }
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
