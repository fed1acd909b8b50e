/**
 * What a worker is started with: Node's permission model, under which it reads the program and nothing else, writes nothing, and starts neither
 * processes nor threads nor native code. It may use the network, which is what it is for.
 * @param folders that it may read
 * @param heap megabytes of JavaScript memory; null for Node's own choice
 */
export function workerFlags(folders: readonly string[], heap: number | null): string[] {
  return [
    "--permission",
    ...folders.map((folder) => `--allow-fs-read=${folder}`),
    // Node 26 has it and needs it; Node 24 does not know it.
    ...(process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : []),
    "--disable-warning=ExperimentalWarning",
    // V8 would add 192 MB for young objects, whatever the limit for old ones.
    ...(heap === null ? [] : [`--max-old-space-size=${heap}`, `--max-semi-space-size=${semiSpace(heap)}`]),
  ];
}

/** A sixteenth each of three, as far as V8 goes by itself. */
function semiSpace(heap: number): number {
  return Math.min(64, Math.max(1, Math.floor(heap / 16)));
}
