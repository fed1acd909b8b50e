import type { RealApiServer } from "../real/real-api-server.ts";

const NAMESPACE = "ingress";
const ACCOUNT = "ts-ingress";

/** Makes the ServiceAccount of the controller with the rights it needs. @returns a kubeconfig with its token. */
export async function rights(server: RealApiServer): Promise<string> {
  const read = ["get", "list", "watch"];
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: ACCOUNT },
    rules: [
      { apiGroups: [""], resources: ["services", "secrets", "configmaps", "namespaces"], verbs: read },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: read },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update", "patch"] },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "update", "patch"] },
      { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
    ],
  };
  await server.kubectl.run("create", "namespace", NAMESPACE);
  await server.kubectl.run("create", "serviceaccount", ACCOUNT, "--namespace", NAMESPACE);
  await server.kubectl.apply([role]);
  const subject = ["--serviceaccount", `${NAMESPACE}:${ACCOUNT}`];
  await server.kubectl.run("create", "clusterrolebinding", ACCOUNT, "--clusterrole", ACCOUNT, ...subject);
  return server.accountKubeconfig(NAMESPACE, ACCOUNT);
}
