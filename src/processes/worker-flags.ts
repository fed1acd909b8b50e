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
    ...memoryFlags(heap),
  ];
}

/**
 * How much memory V8 takes for JavaScript.
 * @param heap megabytes for objects that have grown old; null for Node's own choice
 */
export function memoryFlags(heap: number | null): string[] {
  const old = heap === null ? [] : [`--max-old-space-size=${heap}`];
  return [...old, `--max-semi-space-size=${semiSpace(heap ?? Infinity)}`];
}

/**
 * Megabytes for young objects, of which V8 has up to three times as much: a sixteenth of the heap. V8 by itself would go up to 64, and keep what a
 * burst of connections made it take: that is twice the memory of an idle connection, and no less work for any request.
 */
function semiSpace(heap: number): number {
  return Math.min(16, Math.max(1, Math.floor(heap / 16)));
}
