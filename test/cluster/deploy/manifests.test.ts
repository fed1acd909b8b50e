// That a real API server takes what deploy/ holds, and that the pods may do what they must and no more.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILDABLE, documents, filesBelow, type Manifest, read } from "../../deploy/documents.ts";
import { kustomized, NO_KUSTOMIZE } from "../../deploy/rendered.ts";
import { NO_SERVER } from "../real/assets.ts";
import { RealApiServer } from "../real/real-api-server.ts";
import type { Kubectl } from "../real/kubectl.ts";

const CRDS = path.join(import.meta.dirname, "../crds");
const MONITORING = path.join(import.meta.dirname, "../../deploy/overlays/monitoring");
const SKIP = NO_SERVER ?? NO_KUSTOMIZE;
/** As users apply them, but an unknown field is an error. */
const APPLY = ["--server-side", "--validate=strict"];

if (SKIP !== null) console.log(`The manifests are not applied to a real API server: ${SKIP}`);

describe.skipIf(SKIP !== null)("on a real API server", { timeout: 180_000 }, async () => {
  const folders = [...BUILDABLE, MONITORING];
  const built = SKIP === null ? await kustomized(folders) : new Map<string, Manifest[]>();
  const objects = (folder: string): Manifest[] => built.get(folder) ?? [];
  let server: RealApiServer;
  let account: Kubectl;

  beforeAll(async () => {
    server = await RealApiServer.start();
    const crds = filesBelow(CRDS, ".yaml").flatMap((file) => documents(read(CRDS, file)));
    await server.kubectl.apply(crds, ...APPLY);
    await server.kubectl.run("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
    await server.kubectl.run("create", "namespace", "metallb-system");
    await server.kubectl.apply(objects("base"), ...APPLY);
    account = server.kubectl.as(await server.accountKubeconfig("ts-ingress", "ts-ingress"));
  }, 180_000);
  afterAll(() => server?.close(), 60_000);

  test.each(folders)("%s is taken, every field of it", async (folder) => {
    const taken = await server.kubectl.apply(objects(folder), ...APPLY, "--dry-run=server");
    expect(taken.trim().split("\n")).toHaveLength(objects(folder).length);
  });

  test("an unknown field would not be", async () => {
    const wrong = structuredClone(objects("base").find((one) => one.kind === "Deployment"));
    wrong.spec.template.spec.containers[0].readynessProbe = {};
    await expect(server.kubectl.apply([wrong], ...APPLY, "--dry-run=server")).rejects.toThrow("readynessProbe");
  });

  test("Pod Security admits the pods to the namespace that the same folder makes", async () => {
    for (const folder of folders) {
      await server.kubectl.apply([podOf(objects(folder))], ...APPLY, "--dry-run=server");
    }
    const onHost = podOf(objects("base"));
    onHost.spec.hostNetwork = true;
    const refused = server.kubectl.apply([onHost], ...APPLY, "--dry-run=server");
    await expect(refused).rejects.toThrow(/violates PodSecurity "restricted.*hostNetwork/);
  });

  test("the account reads what is served, in every namespace", async () => {
    for (const kind of [
      "ingresses",
      "ingressclasses",
      "services",
      "endpointslices",
      "configmaps",
      "secrets",
      "namespaces",
    ]) {
      await account.run("get", kind, "--all-namespaces");
    }
    for (const kind of ["pods", "nodes", "serviceaccounts", "roles"]) {
      await expect(account.run("get", kind, "--all-namespaces"), kind).rejects.toThrow("forbidden");
    }
  });

  test("the account may write the status of an Ingress and Events, and nothing else of them", async () => {
    // kubectl itself would read the status before it writes it, which the gateway does not.
    const may = (...what: readonly string[]) => account.run("auth", "can-i", ...what, "--namespace", "default");
    for (const verb of ["patch", "update"]) await may(verb, "ingresses.networking.k8s.io", "--subresource=status");
    for (const verb of ["create", "patch"]) {
      await may(verb, "events");
      await may(verb, "events.events.k8s.io");
    }
    for (const verb of ["create", "update", "patch", "delete"]) {
      await expect(may(verb, "ingresses.networking.k8s.io"), verb).rejects.toThrow();
      await expect(may(verb, "secrets"), verb).rejects.toThrow();
    }
  });

  test("the account holds its Lease, and no other", async () => {
    const lease = (name: string) => ({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: "ts-ingress" },
    });
    const hold = ["--type=merge", "--patch", JSON.stringify({ spec: { holderIdentity: "me" } })];
    // What kubectl apply does on an object that is not there yet is create it, after a get.
    await account.apply([lease("ts-ingress-leader")], "--namespace", "ts-ingress");
    await account.run("patch", "lease", "ts-ingress-leader", "--namespace", "ts-ingress", ...hold);
    await server.kubectl.apply([lease("another")]);
    await expect(account.run("patch", "lease", "another", "--namespace", "ts-ingress", ...hold)).rejects.toThrow(
      "forbidden",
    );
  });
});

/** A pod as the Deployment or DaemonSet would make one. */
function podOf(objects: readonly Manifest[]): Manifest {
  const { template } = objects.find((one) => one.kind === "Deployment").spec;
  const { labels } = template.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "one", namespace: "ts-ingress", labels },
    spec: template.spec,
  };
}
