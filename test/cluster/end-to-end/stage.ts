// Where a scenario plays: a real API server, pods, controllers as processes.
// In: KUBEBUILDER_ASSETS, root. Out: what a scenario needs, in one object. Never: anything that outlives the scenario.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFailed, onTestFinished, test } from "vitest";
import { DevelopmentAuthority } from "../../../src/certificates/development-authority.ts";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { runPod } from "../deploy/run-pod.ts";
import type { Pod } from "../pods/pod.ts";
import { noPods, PodNetwork } from "../pods/pod-network.ts";
import { NO_SERVER } from "../real/assets.ts";
import type { Kubectl } from "../real/kubectl.ts";
import { RealApiServer, type RealApiServerOptions } from "../real/real-api-server.ts";
import { ClusterLoad } from "./cluster-load.ts";
import { ControllerProcess } from "./controller-process.ts";
import { CLASS } from "./objects.ts";
import { NAMESPACE, podTemplate, rights } from "./rights.ts";

/** Milliseconds that a scenario may take: starting everything is most of it. */
const PATIENCE = 300_000;
const CLOSING = 60_000;
export const HOST = "app.cluster.example";
/** Where clients reach the gateways, as they are told to say. */
export const ADDRESS = "203.0.113.9";

/** A test with a stage of its own; left out, with a line that says why, where there can be none. */
export function scenario(
  name: string,
  play: (stage: Stage) => Promise<void>,
  patience = PATIENCE,
  server: RealApiServerOptions = {},
): void {
  const why = NO_SERVER ?? noPods();
  if (why !== null && NO_SERVER === null) console.log(`SKIPPED: ${name}: ${why}.`);
  test.skipIf(why !== null)(name, { timeout: patience }, async () => {
    const stage = await Stage.open(server);
    // Hooks, since they are called too when the time is over.
    onTestFinished(() => stage.close(), CLOSING);
    onTestFailed(() => console.log(stage.said()));
    await play(stage);
    expect(stage.refused(), "what the rights of deploy/kubernetes do not allow").toEqual([]);
  });
}

export class Stage {
  readonly server: RealApiServer;
  readonly pods: PodNetwork;
  /** What clients trust. */
  readonly ca: string;
  readonly #authority: DevelopmentAuthority;
  readonly #folder: string;
  readonly #controllers: ControllerProcess[] = [];
  #pods = 0;
  #kubeconfig: string | null = null;
  #files = 0;

  static async open(options: RealApiServerOptions): Promise<Stage> {
    const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-stage-"));
    const authority = await DevelopmentAuthority.open(folder);
    const pods = await PodNetwork.open();
    try {
      const ca = await readFile(authority.certificateFile, "utf8");
      return new Stage({ server: await RealApiServer.start(options), pods, ca, authority, folder });
    } catch (error) {
      pods.close();
      throw error;
    }
  }

  private constructor(made: {
    server: RealApiServer;
    pods: PodNetwork;
    ca: string;
    authority: DevelopmentAuthority;
    folder: string;
  }) {
    this.server = made.server;
    this.pods = made.pods;
    this.ca = made.ca;
    this.#authority = made.authority;
    this.#folder = made.folder;
  }

  get kubectl(): Kubectl {
    return this.server.kubectl;
  }

  pod(name: string): Promise<Pod> {
    return this.pods.pod(name, 8080);
  }

  issue(...names: readonly string[]): Promise<CertificatePair> {
    return this.#authority.issue(names);
  }

  /** A folder that is gone with the stage. @returns its path */
  async folder(name: string): Promise<string> {
    const folder = path.join(this.#folder, name);
    await mkdir(folder);
    return folder;
  }

  /** A pair as the files that `kubectl create secret tls` reads. @returns its arguments */
  async pairFiles(pair: CertificatePair): Promise<string[]> {
    const at = path.join(this.#folder, `pair-${this.#files++}`);
    await writeFile(`${at}.crt`, pair.chain);
    await writeFile(`${at}.key`, pair.privateKey, { mode: 0o600 });
    return ["--cert", `${at}.crt`, "--key", `${at}.key`];
  }

  /** `kubectl create secret tls`; in the place of one that is there already. */
  async putTlsSecret(name: string, pair: CertificatePair, ...args: readonly string[]): Promise<void> {
    const files = await this.pairFiles(pair);
    const made = ["create", "secret", "tls", name, ...files, "--dry-run=client", "--output", "json", ...args];
    await this.kubectl.apply(await this.kubectl.run(...made));
  }

  /** Starts a controller with the rights that it has when it is deployed. Resolves when it is ready. */
  controller(...args: readonly string[]): Promise<ControllerProcess> {
    return this.controllerNamed(`gateway-${++this.#pods}`, ...args);
  }

  /** The same, as the pod of this name. */
  async controllerNamed(name: string, ...args: readonly string[]): Promise<ControllerProcess> {
    const pod = { namespace: NAMESPACE, name };
    this.#kubeconfig ??= await rights(this.server);
    const given = ["--ingress-class", CLASS, "--publish-status-address", ADDRESS, ...args];
    await runPod(this.kubectl, podTemplate(), pod);
    const controller = await ControllerProcess.start(this.#kubeconfig, pod, given);
    this.#controllers.push(controller);
    return controller;
  }

  /** Requests over TLS to the host of the scenarios, for paths that begin with this. */
  load(port: number, prefix = "/"): ClusterLoad {
    return new ClusterLoad({ port, host: HOST, ca: this.ca, prefix });
  }

  /** What the controllers wrote. */
  said(): string {
    return this.#controllers.map(({ said }, at) => `--- controller ${at + 1}\n${said}`).join("\n");
  }

  /** Lines of theirs about what the API server did not allow. */
  refused(): string[] {
    return this.#controllers.flatMap(({ said }) => said.split("\n").filter((line) => /forbidden/i.test(line)));
  }

  async close(): Promise<void> {
    for (const controller of this.#controllers) await controller.kill();
    this.pods.close();
    await this.server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Ends a load of which no request may have failed. */
export async function allServed(load: ClusterLoad): Promise<void> {
  const { answered, failed, refused } = await load.stop();
  expect(failed).toEqual([]);
  const busy = refused === 0 ? "" : `; ${refused} more were refused while this machine had no processor time`;
  console.log(`${answered} requests, none failed${busy}`);
}
