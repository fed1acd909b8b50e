import path from "node:path";
import { documents, KUSTOMIZE, read } from "../../deploy/documents.ts";
import type { RealApiServer } from "../real/real-api-server.ts";

/** The namespace and the account that deploy/kubernetes gives the gateway. */
export const NAMESPACE = "ts-ingress";
const ACCOUNT = "ts-ingress";
const FILES = ["namespace.yaml", "service-account.yaml", "cluster-role.yaml", "role.yaml"];

/** Makes the ServiceAccount of the base with the rights it has there, and no others. @returns a kubeconfig with its token. */
export async function rights(server: RealApiServer): Promise<string> {
  const objects = FILES.flatMap((file) => documents(read(path.join(KUSTOMIZE, "base"), file)));
  await server.kubectl.apply(objects, "--namespace", NAMESPACE);
  return server.accountKubeconfig(NAMESPACE, ACCOUNT);
}
