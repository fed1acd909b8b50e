import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Says to the program that it runs in a network that `inOwnNetwork` made. */
const MARK = "TS_INGRESS_SCALE_NETWORK";
/** Every address of 10.0.0.0/8 leads to this machine itself, as those of 127.0.0.0/8 do; nothing else is there. */
const UP = ["sh", "-c", 'ip link set lo up && ip route add local 10.0.0.0/8 dev lo && exec "$0" "$@"'];
/** With processes of its own, which end with the first; and where the one who waits for it is killed, the first ends too. */
const UNSHARE = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** For who is not root, where the kernel gives user namespaces to everybody. */
const AS_ROOT = ["--user", "--map-root-user"];

export function isInOwnNetwork(): boolean {
  return process.env[MARK] === "1";
}

/**
 * Runs this program again, with its arguments, in a network of its own: endpoints of a real API server may not be on loopback.
 * @returns its exit code; null where there can be no such network
 */
export async function inOwnNetwork(environment: Readonly<Record<string, string>>): Promise<number | null> {
  const [program = "", ...before] = [...UNSHARE, ...(process.getuid?.() === 0 ? [] : AS_ROOT), ...UP];
  if (process.platform !== "linux" || spawnSync(program, [...before, "true"], { stdio: "ignore" }).status !== 0) {
    return null;
  }
  const child = spawn(program, [...before, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, ...environment, [MARK]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill("SIGKILL"));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
