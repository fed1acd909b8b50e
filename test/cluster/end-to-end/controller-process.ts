import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { keptCode } from "../../support/kept-code.ts";
import { killContainer } from "../kill-container.ts";
import { keepablePort } from "../real/free-port.ts";

const PROGRAM = path.join(import.meta.dirname, "../../../bin/ts-ingress.cjs");
/** Lines of its log that are kept, to be shown when something goes wrong. */
const KEPT = 200;

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** `ts-ingress controller`, as a process of its own. */
export class ControllerProcess {
  readonly http: number;
  readonly https: number;
  readonly health: number;
  readonly pod: PodName;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  readonly #exit: Promise<number | null>;
  #exited = false;

  /** Resolves when it says that it is ready. @param kubeconfig whose credentials it has @param pod which it believes to be in */
  static async start(kubeconfig: string, pod: PodName, args: readonly string[]): Promise<ControllerProcess> {
    const controller = new ControllerProcess(kubeconfig, pod, args, [
      await keepablePort(),
      await keepablePort(),
      await keepablePort(),
    ]);
    try {
      await controller.ready();
      return controller;
    } catch (error) {
      await controller.kill();
      throw error;
    }
  }

  constructor(
    kubeconfig: string,
    pod: PodName,
    args: readonly string[],
    [http, https, health]: [number, number, number],
  ) {
    this.pod = pod;
    this.http = http;
    this.https = https;
    this.health = health;
    const ports = ["--http-port", http, "--https-port", https, "--healthz-port", health, "--admin-port", 0].map(String);
    // Whatever becomes of the test, the controller does not outlive it.
    const node = ["--pdeathsig", "KILL", process.execPath, PROGRAM];
    this.#child = spawn("setpriv", [...node, "controller", "--kubeconfig", kubeconfig, ...ports, ...args], {
      env: { PATH: process.env["PATH"], ...keptCode(), POD_NAMESPACE: pod.namespace, POD_NAME: pod.name },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => {
        if (isRequestServed(line)) return;
        this.#said.push(line);
        this.#said.splice(0, this.#said.length - KEPT);
      });
    }
    this.#exit = once(this.#child, "exit").then(([code]) => {
      this.#exited = true;
      return code as number | null;
    });
  }

  /** What it wrote last. */
  get said(): string {
    return this.#said.join("\n");
  }

  async ready(): Promise<void> {
    while (!(await this.isReady())) {
      if (this.#exited) throw new Error(`the controller has ended:\n${this.said}`);
      await delay(50);
    }
  }

  /** What its probe of readiness answers. */
  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.health}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }

  /** Asks it to end, as a kubelet does. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Its exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  async kill(): Promise<void> {
    killContainer(this.#child);
    await this.#exit;
  }
}

/** A line of the access log about nothing that went wrong: of these there are thousands. */
function isRequestServed(line: string): boolean {
  return line.includes('"remote_addr":') && line.includes('"status":200,"bytes_in"');
}
