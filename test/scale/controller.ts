import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { keepablePort } from "../cluster/real/free-port.ts";
import type { MeasuredCluster } from "./measured-cluster.ts";
import { type Memory, memoryOfTree } from "./process-memory.ts";

const PROGRAM = path.join(import.meta.dirname, "../../src/main.ts");

export interface ControllerPorts {
  readonly http: number;
  readonly https: number;
  readonly health: number;
  readonly webhook: number;
}

/** `ts-ingress controller` with two workers, as a process of its own. */
export class Controller {
  readonly ports: ControllerPorts;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /**
   * @param cluster which it follows
   * @param pair files with the certificate of the webhook and its key
   * @param profiles folder for CPU profiles of all its processes; null: none are written
   */
  static async start(
    cluster: Pick<MeasuredCluster, "flags" | "pod">,
    pair: [string, string],
    profiles: string | null,
  ): Promise<Controller> {
    const [http, https, health, webhook] = await Promise.all([1, 2, 3, 4].map(() => keepablePort()));
    return new Controller(cluster, { http, https, health, webhook } as ControllerPorts, pair, profiles);
  }

  private constructor(
    cluster: Pick<MeasuredCluster, "flags" | "pod">,
    ports: ControllerPorts,
    [chain, key]: [string, string],
    profiles: string | null,
  ) {
    this.ports = ports;
    const flags: Record<string, string | number> = {
      ...cluster.flags,
      workers: 2,
      "http-port": ports.http,
      "https-port": ports.https,
      "healthz-port": ports.health,
      "admin-port": 0,
      "validating-webhook": `127.0.0.1:${ports.webhook}`,
      "validating-webhook-certificate": chain,
      "validating-webhook-key": key,
      "drain-timeout": 0,
      "shutdown-grace-period": 0,
    };
    const written = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const node = profiles === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`];
    this.#child = spawn(process.execPath, [...node, PROGRAM, "controller", ...written], {
      env: { PATH: process.env["PATH"], POD_NAMESPACE: cluster.pod.namespace, POD_NAME: cluster.pod.name },
      // The access log goes nowhere, but it is written.
      stdio: ["ignore", "ignore", "pipe"],
    });
    createInterface(this.#child.stderr as NonNullable<ChildProcess["stderr"]>).on("line", (line) => {
      if (!line.includes('"level":"info"')) console.error(line);
    });
    this.#ended = once(this.#child, "exit");
  }

  /** Resolves when its probe of readiness says so. @param limit milliseconds after which it is given up */
  async ready(limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (!(await isReady(this.ports.health))) {
      if (this.#child.exitCode !== null) throw new Error("the controller has ended");
      if (performance.now() > end) throw new Error(`the controller is not ready after ${limit / 1000} seconds`);
      await delay(20);
    }
  }

  /** The primary first. */
  memory(): Memory[] {
    return memoryOfTree(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.#ended;
    clearTimeout(late);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  } catch {
    return false;
  }
}
