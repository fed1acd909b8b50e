import { readFile } from "node:fs/promises";
import type { User } from "@kubernetes/client-node/dist/config_types.js";
import { CredentialsProblem, type Credentials, type Identity, type TlsIdentity } from "./credentials.ts";
import { readKubeconfig, type ChosenContext } from "./kubeconfig.ts";

/**
 * The credentials of a context of kubeconfig files: certificates, tokens, token files, exec plugins, OIDC, user and password.
 * The files are read anew whenever what they said before is refused.
 * @param server another API server than the context's (`--apiserver-host`)
 * @throws {CredentialsProblem}
 */
export async function kubeconfigCredentials(
  files: readonly string[],
  wanted?: { readonly context?: string | undefined; readonly server?: URL | undefined },
): Promise<Credentials> {
  let known = new KubeconfigUser(await readKubeconfig(files, wanted?.context));
  const { context, cluster } = known.chosen;
  return {
    server: wanted?.server ?? serverOf(cluster.server, files),
    about: `context ${context.name} of ${files.join(", ")}`,
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    ...(cluster.proxyUrl === undefined ? {} : { proxy: cluster.proxyUrl }),
    async identify(renew) {
      // A plugin remembers its token, so a refused one needs a new plugin too.
      if (renew) known = new KubeconfigUser(await readKubeconfig(files, context.name));
      return known.identify();
    },
  };
}

function serverOf(text: string, files: readonly string[]): URL {
  const url = URL.parse(text);
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new CredentialsProblem(
    `the server ${JSON.stringify(text)} in ${files.join(", ")} is no URL of an API server`,
    "Write one such as https://10.0.0.1:6443",
  );
}

/** What client-node's authenticators fill in. */
interface Filled {
  headers: Record<string, string>;
  cert?: string;
  key?: string;
}

class KubeconfigUser {
  readonly chosen: ChosenContext;
  #authenticator: { applyAuthentication(user: User, options: never): Promise<void> } | null = null;

  constructor(chosen: ChosenContext) {
    this.chosen = chosen;
  }

  async identify(): Promise<Identity> {
    const { cluster, user } = this.chosen;
    const ca = await pem(cluster.caData, cluster.caFile);
    const filled: Filled = { headers: {} };
    const cert = user === null ? undefined : await pem(user.certData, user.certFile);
    const key = user === null ? undefined : await pem(user.keyData, user.keyFile);
    if (user !== null) await this.#authenticate(user, filled);
    const tls: { -readonly [Key in keyof TlsIdentity]: TlsIdentity[Key] } = {};
    if (ca !== undefined) tls.ca = ca;
    const [shownCert, shownKey] = [filled.cert ?? cert, filled.key ?? key];
    if (shownCert !== undefined) tls.cert = shownCert;
    if (shownKey !== undefined) tls.key = shownKey;
    if (cluster.tlsServerName) tls.servername = cluster.tlsServerName;
    if (cluster.skipTLSVerify) tls.rejectUnauthorized = false;
    return { headers: filled.headers, tls };
  }

  async #authenticate(user: User, filled: Filled): Promise<void> {
    const { headers } = filled;
    if (user.impersonateUser) headers["impersonate-user"] = user.impersonateUser;
    if (user.token) headers["authorization"] = `Bearer ${user.token}`;
    else if (user.username) headers["authorization"] = basic(user.username, user.password ?? "");
    else if (user.authProvider?.name === "tokenFile") {
      headers["authorization"] = `Bearer ${await readText(String(user.authProvider.config.tokenFile))}`;
    } else if (user.exec || user.authProvider) await this.#ask(user, filled);
  }

  /** Exec plugins and OIDC, by client-node; each is loaded where a kubeconfig asks for it. */
  async #ask(user: User, filled: Filled): Promise<void> {
    try {
      this.#authenticator ??= user.exec
        ? new (await import("@kubernetes/client-node/dist/exec_auth.js")).ExecAuth()
        : await oidc(user);
      const given: Record<string, string> = {};
      await this.#authenticator.applyAuthentication(toldOfTheCluster(user, this.chosen), {
        ...filled,
        headers: given,
        set cert(cert: string) {
          filled.cert = cert;
        },
        set key(key: string) {
          filled.key = key;
        },
      } as never);
      for (const [name, value] of Object.entries(given)) filled.headers[name.toLowerCase()] = value;
    } catch (error) {
      if (error instanceof CredentialsProblem) throw error;
      const what = user.exec ? `the credential plugin ${String(user.exec.command)}` : "the OIDC provider";
      throw new CredentialsProblem(
        `${what} of user ${user.name} gave no credentials: ${(error as Error).message.trim()}`,
        user.exec ? "Run it by hand to see what it says, or log in again" : "Log in again",
      );
    }
  }
}

async function oidc(user: User): Promise<{ applyAuthentication(user: User, options: never): Promise<void> }> {
  if (user.authProvider?.name === "oidc") {
    return new (await import("@kubernetes/client-node/dist/oidc_auth.js")).OpenIDConnectAuth();
  }
  throw new CredentialsProblem(
    `user ${user.name} has the auth-provider ${String(user.authProvider?.name)}, which kubectl dropped too`,
    "Make a kubeconfig with an exec plugin, a token or a certificate",
  );
}

/** client-go tells plugins of the cluster in KUBERNETES_EXEC_INFO; some do nothing without. */
function toldOfTheCluster(user: User, { cluster }: ChosenContext): User {
  if (!user.exec) return user;
  const { server, caData } = cluster;
  const about = { server, ...(caData === undefined ? {} : { "certificate-authority-data": caData }) };
  const info = {
    kind: "ExecCredential",
    apiVersion: String(user.exec.apiVersion ?? "client.authentication.k8s.io/v1"),
    spec: { interactive: false, ...(user.exec.provideClusterInfo === true ? { cluster: about } : {}) },
  };
  const env = [...(user.exec.env ?? []), { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
  return { ...user, exec: { ...user.exec, env } };
}

async function pem(data: string | undefined | null, file: string | undefined | null): Promise<string | undefined> {
  if (data) return Buffer.from(data, "base64").toString("utf8");
  return file ? readText(file) : undefined;
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new CredentialsProblem(
      `${file}, which the kubeconfig names, cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      "Restore it, or give another kubeconfig",
    );
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
