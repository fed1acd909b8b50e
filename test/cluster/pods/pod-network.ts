// Pods: servers at addresses that the API server takes for endpoints, in a network of their own that the test makes.
// In: root, `ip` and `unshare`. Out: pods that can be started and ended one by one. Never: a network that outlives the test: it is gone with its process.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { Pod } from "./pod.ts";
import type { PodOrder, PodReport } from "./pods-process.ts";

const run = promisify(execFile);
const PODS = 32;

/** Why there can be no pods here; null where there can. An API server refuses loopback addresses for endpoints. */
export function noPods(): string | null {
  if (process.platform !== "linux") return "pods need the network namespaces of Linux";
  if (process.getuid?.() !== 0) return "pods need network namespaces, which root alone may make";
  try {
    execFileSync("unshare", ["--net", "ip", "link", "add", "name", "here", "type", "veth", "peer", "name", "there"], {
      stdio: "pipe",
    });
    return null;
  } catch (error) {
    return `pods need network namespaces: ${(error as Error).message.trim()}`;
  }
}

export class PodNetwork {
  readonly #child: ChildProcess;
  readonly #prefix: string;
  #pods = 0;
  #orders = 0;

  static async open(): Promise<PodNetwork> {
    const script = path.join(import.meta.dirname, "pods-process.ts");
    const child = spawn("unshare", ["--net", process.execPath, script], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const network = new PodNetwork(child, freePrefix());
    try {
      await once(child, "message");
      await network.#connect();
      return network;
    } catch (error) {
      network.close();
      throw error;
    }
  }

  constructor(child: ChildProcess, prefix: string) {
    this.#child = child;
    this.#prefix = prefix;
    child.setMaxListeners(0);
  }

  /**
   * Starts a pod at an address of its own.
   * @param name what it answers with, before the path it is asked for
   * @param pair makes it speak TLS
   */
  async pod(name: string, port: number, pair?: CertificatePair): Promise<Pod> {
    if (this.#pods === PODS) throw new Error(`a network has room for ${PODS} pods`);
    const address = `${this.#prefix}.${10 + this.#pods++}`;
    await this.#order({ kind: "start", name, address, port, ...(pair === undefined ? {} : { pair }) });
    return new Pod(name, address, port, async (kind) => this.#order({ kind, address }));
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }

  async #connect(): Promise<void> {
    const here = `tsi${this.#child.pid}`;
    await run("ip", ["link", "add", here, "type", "veth", "peer", "name", "pods", "netns", String(this.#child.pid)]);
    await run("ip", ["address", "add", `${this.#prefix}.1/24`, "dev", here]);
    await run("ip", ["link", "set", here, "up"]);
    const addresses = Array.from({ length: PODS }, (_, at) => `${this.#prefix}.${10 + at}/24`);
    await this.#order({ kind: "connect", addresses });
  }

  async #order(order: PodOrder): Promise<void> {
    const number = this.#orders++;
    const done = new Promise<PodReport>((resolve, reject) => {
      const gone = (): void => reject(new Error("the process of the pods has ended"));
      const take = (report: PodReport): void => {
        if (report.number !== number) return;
        this.#child.off("message", take).off("exit", gone);
        resolve(report);
      };
      this.#child.on("message", take).on("exit", gone);
    });
    this.#child.send({ number, order });
    const { problem } = await done;
    if (problem !== undefined) throw new Error(problem);
  }
}

/** Of the block for benchmarks (RFC 2544): nobody's network, and an API server does not refuse it. */
function freePrefix(): string {
  const taken = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  for (let at = process.pid; ; at++) {
    const prefix = `198.${18 + (at & 1)}.${(at >> 1) & 255}`;
    if (!taken.some((address) => address.startsWith(`${prefix}.`))) return prefix;
  }
}
