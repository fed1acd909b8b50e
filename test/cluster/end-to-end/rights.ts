import { documents, KUSTOMIZE, type Manifest, read } from "../../deploy/documents.ts";
import type { RealApiServer } from "../real/real-api-server.ts";

/** The namespace and the account that deploy/kubernetes gives the gateway. */
export const NAMESPACE = "ts-ingress";
const ACCOUNT = "ts-ingress";
const FILES = ["namespace.yaml", "service-account.yaml", "cluster-role.yaml", "role.yaml"];

function base(file: string): Manifest[] {
  return documents(read(KUSTOMIZE, "base", file));
}

/** Makes the ServiceAccount of the base with the rights it has there, and no others. @returns a kubeconfig with its token. */
export async function rights(server: RealApiServer): Promise<string> {
  await server.kubectl.apply(FILES.flatMap(base), "--namespace", NAMESPACE);
  return server.accountKubeconfig(NAMESPACE, ACCOUNT);
}

/** What the pods of the base are made of. */
export function podTemplate(): Manifest {
  return base("deployment.yaml")[0].spec.template;
}
