// The client of a Kubernetes API server.
// In: where credentials are to be found. Out: an API server to ask, and the objects of a kind as they are now (list-watch.ts).
// Never: a meaning of any kind of object; an environment variable.
import { readFile, stat } from "node:fs/promises";
import { ApiServer, type ApiServerOptions } from "./api-server.ts";
import { CredentialsProblem, type Credentials } from "./credentials.ts";
import { kubeconfigCredentials } from "./kubeconfig-credentials.ts";
import { serviceAccount, SERVICE_ACCOUNT } from "./service-account.ts";

/** Where to look for credentials: what flags say, then what the environment says. */
export interface CredentialSettings {
  /** `--kubeconfig`; several are joined. */
  readonly kubeconfig?: readonly string[] | undefined;
  readonly context?: string | undefined;
  /** `--apiserver-host`: alone, without credentials; with a kubeconfig, in place of its server. */
  readonly server?: URL | undefined;
  /** `--certificate-authority`: a file, for `server` alone. */
  readonly authority?: string | undefined;
  readonly environment: ClusterEnvironment;
}

/** What `settings.ts` reads for us. */
export interface ClusterEnvironment {
  /** KUBECONFIG; empty when unset. */
  readonly kubeconfig: readonly string[];
  /** KUBERNETES_SERVICE_HOST and _PORT, which every pod has. */
  readonly service: { readonly host: string; readonly port: string } | null;
  /** ~/.kube/config */
  readonly homeConfig: string;
}

/** @throws {CredentialsProblem} when there are none, or they are unusable; the API server is not asked yet. */
export async function connect(settings: CredentialSettings, options?: ApiServerOptions): Promise<ApiServer> {
  return new ApiServer(await findCredentials(settings), options);
}

/** In this order: flags, KUBECONFIG, the pod's service account, ~/.kube/config. @throws {CredentialsProblem} */
export async function findCredentials(settings: CredentialSettings): Promise<Credentials> {
  const { environment, server } = settings;
  const fromFiles = (files: readonly string[]): Promise<Credentials> =>
    kubeconfigCredentials(files, { context: settings.context, server });
  if (settings.kubeconfig !== undefined) return fromFiles(settings.kubeconfig);
  if (server !== undefined) return anonymous(server, settings.authority);
  if (environment.kubeconfig.length > 0) return fromFiles(environment.kubeconfig);
  const { service } = environment;
  if (service !== null && (await exists(SERVICE_ACCOUNT))) return serviceAccount(service.host, service.port);
  if (await exists(environment.homeConfig)) return fromFiles([environment.homeConfig]);
  throw new CredentialsProblem(
    "there are no credentials for a Kubernetes API server: this is no pod with a service account, KUBECONFIG is not set, " +
      `and ${environment.homeConfig} does not exist`,
    "Name a kubeconfig with --kubeconfig, or an API server that needs no credentials with --apiserver-host",
  );
}

function anonymous(server: URL, authority: string | undefined): Credentials {
  return {
    server,
    about: "nobody (only --apiserver-host was given)",
    async identify() {
      return { headers: {}, tls: authority === undefined ? {} : { ca: await readFile(authority, "utf8") } };
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
