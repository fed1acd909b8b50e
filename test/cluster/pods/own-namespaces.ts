import { spawnSync } from "node:child_process";
import { noPods } from "./pod-network.ts";

/** A network with a loopback of its own, root in it, and processes that end with the first. */
const UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
const UP = ["sh", "-c", 'ip link set lo up && exec "$0" "$@"'];

/**
 * What has to stand before a command so that it may make networks for pods, which root may: a user namespace, where the kernel gives
 * them to everybody. Nothing where that is not needed or not possible.
 */
export function ownNamespaces(): readonly string[] {
  if (process.platform !== "linux" || noPods() === null) return [];
  const [program = "", ...args] = [...UNSHARE, ...UP];
  return spawnSync(program, [...args, "true"], { stdio: "ignore" }).status === 0 ? [program, ...args] : [];
}
