import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Manifest } from "../../deploy/documents.ts";
import { keptCode } from "../../support/kept-code.ts";
import { killContainer } from "../kill-container.ts";
import { keepablePort } from "../real/free-port.ts";
import type { RealApiServer } from "../real/real-api-server.ts";
import { until } from "../until.ts";
import { runPod } from "./run-pod.ts";

export const NAMESPACE = "ts-ingress";
const PROGRAM = path.join(import.meta.dirname, "../../../bin/ts-ingress.cjs");
/** What no test can wait for, or two of them would fight for; the last of two flags counts. */
const HERE = ["--http-port=0", "--https-port=0", "--admin-port=0", "--shutdown-grace-period=0"];

/** The program as a process, with the arguments and the account of the Deployment, and the pod that it believes to be in. */
export class DeployedGateway {
  readonly name = "ts-ingress-one";
  readonly #server: RealApiServer;
  readonly #deployment: Manifest;
  #child: ChildProcess | null = null;
  #exit: Promise<[number | null]> | null = null;
  #said = "";

  constructor(server: RealApiServer, objects: readonly Manifest[]) {
    this.#server = server;
    this.#deployment = objects.find((one) => one.kind === "Deployment");
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const { kubectl } = this.#server;
    await kubectl.run("delete", "pod", "--all", "--namespace", NAMESPACE, "--grace-period=0", "--force");
    await runPod(kubectl, this.#deployment.spec.template, { namespace: NAMESPACE, name: this.name });
    const { serviceAccountName, containers } = this.#deployment.spec.template.spec;
    const given = (containers[0].args as string[]).map((arg) => arg.replace("$(POD_NAMESPACE)", NAMESPACE));
    const webhook = given.some((arg) => arg.startsWith("--validating-webhook=")) ? ["--validating-webhook=:0"] : [];
    const health = await keepablePort();
    const kubeconfig = await this.#server.accountKubeconfig(NAMESPACE, serviceAccountName);
    const args = [...given, ...HERE, ...webhook, `--healthz-port=${health}`, `--kubeconfig=${kubeconfig}`];
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { PATH: process.env["PATH"], ...keptCode(), POD_NAME: this.name, POD_NAMESPACE: NAMESPACE },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#exit = once(child, "exit") as Promise<[number | null]>;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => (this.#said += piece));
    }
    await until("it is ready", async () => {
      if (child.exitCode !== null) throw new Error(`it has ended:\n${this.#said}`);
      const answer = await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => null);
      return answer?.status === 200;
    });
  }

  /** Lines about what the API server did not allow. */
  refused(): string[] {
    return this.#said.split("\n").filter((line) => /forbidden/i.test(line));
  }

  /** Asks it to end, as a kubelet does. @returns its exit code */
  async end(): Promise<number | null | undefined> {
    this.#child?.kill("SIGTERM");
    return (await this.#exit)?.[0];
  }

  async kill(): Promise<void> {
    killContainer(this.#child);
    await this.#exit;
  }
}
