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
    ...(heap === null ? [] : [`--max-old-space-size=${heap}`]),
  ];
}
