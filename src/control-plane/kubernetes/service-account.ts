import { readFile } from "node:fs/promises";
import path from "node:path";
import { CredentialsProblem, type Credentials } from "./credentials.ts";

/** Where the kubelet puts the token, the authority and the namespace of a pod's service account. */
export const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The service account of this pod. Both files are replaced while we run: the token about every hour, the authority when it is rotated.
 * @param host of KUBERNETES_SERVICE_HOST @param port of KUBERNETES_SERVICE_PORT
 */
export async function serviceAccount(host: string, port: string, folder = SERVICE_ACCOUNT): Promise<Credentials> {
  const read = async (name: string): Promise<string> => {
    const file = path.join(folder, name);
    try {
      return (await readFile(file, "utf8")).trim();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new CredentialsProblem(
        `${file} of the pod's service account cannot be read (${code})`,
        "Leave automountServiceAccountToken on for this pod, or give --kubeconfig",
      );
    }
  };
  const namespace = await read("namespace").catch(() => "");
  return {
    server: new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`),
    about: "the service account of this pod",
    ...(namespace === "" ? {} : { namespace }),
    async identify() {
      const [token, ca] = await Promise.all([read("token"), read("ca.crt")]);
      return { headers: { authorization: `Bearer ${token}` }, tls: { ca } };
    },
  };
}
