// That a real API server takes what deploy/ holds, and that the pods may do what they must and no more.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILDABLE, CHART, documents, filesBelow, type Manifest, read } from "../../deploy/documents.ts";
import { kustomized, NO_KUSTOMIZE, textOf } from "../../deploy/rendered.ts";
import { NO_RENDERER, render } from "../../deploy/renderer.ts";
import { NO_SERVER } from "../real/assets.ts";
import { RealApiServer } from "../real/real-api-server.ts";
import type { Kubectl } from "../real/kubectl.ts";

const CRDS = path.join(import.meta.dirname, "../crds");
const MONITORING = path.join(import.meta.dirname, "../../deploy/overlays/monitoring");
const WEBHOOK = path.join(import.meta.dirname, "../../deploy/overlays/webhook");
const SKIP = NO_SERVER ?? NO_KUSTOMIZE;
/** As users apply them, but an unknown field is an error. */
const APPLY = ["--server-side", "--validate=strict"];

if (SKIP !== null) console.log(`The manifests are not applied to a real API server: ${SKIP}`);

describe.skipIf(SKIP !== null)("on a real API server", { timeout: 180_000 }, async () => {
  const folders = [...BUILDABLE, MONITORING, WEBHOOK];
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

  test.skipIf(NO_RENDERER !== null)("the chart is taken", async () => {
    const metrics = {
      serviceMonitor: { enabled: true },
      prometheusRule: { enabled: true },
      dashboard: { enabled: true },
    };
    const [answer] = await render([{ chart: CHART, values: { replicas: 2, metrics } }]);
    await server.kubectl.apply(textOf(answer ?? { text: "" }), ...APPLY, "--dry-run=server", "--force-conflicts");
  });

  test("an unknown field would not be", async () => {
    const wrong = structuredClone(objects("base").find((one) => one.kind === "Deployment"));
    wrong.spec.template.spec.containers[0].readynessProbe = {};
    await expect(server.kubectl.apply([wrong], ...APPLY, "--dry-run=server")).rejects.toThrow("readynessProbe");
  });

  test("Pod Security admits the pods to the namespace that the same folder makes", async () => {
    for (const folder of folders) {
      const namespace = objects(folder).find((one) => one.kind === "Namespace") ?? objects("base")[0];
      await server.kubectl.apply([namespace], ...APPLY, "--force-conflicts");
      await server.kubectl.apply([podOf(objects(folder))], ...APPLY, "--dry-run=server");
    }
    await server.kubectl.apply([objects("base")[0]], ...APPLY, "--force-conflicts");
    const onHost = server.kubectl.apply([podOf(objects("overlays/hostnetwork"))], ...APPLY, "--dry-run=server");
    await expect(onHost).rejects.toThrow(/violates PodSecurity "restricted.*hostNetwork/);
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

  // kubectl itself would also read what it writes, and patch a Lease, which the gateway does not.
  const may = (namespace: string, ...what: readonly string[]): Promise<string> =>
    account.run("auth", "can-i", ...what, "--namespace", namespace);

  test("the account may write the status of an Ingress and Events, and nothing else of them", async () => {
    await may("default", "patch", "ingresses.networking.k8s.io", "--subresource=status");
    for (const verb of ["create", "get", "patch"]) await may("default", verb, "events");
    for (const verb of ["create", "update", "patch", "delete"]) {
      await expect(may("default", verb, "ingresses.networking.k8s.io"), verb).rejects.toThrow();
      await expect(may("default", verb, "secrets"), verb).rejects.toThrow();
    }
  });

  test("the account may hold its Lease and see its pods, and no others", async () => {
    const leases = "leases.coordination.k8s.io";
    await may("ts-ingress", "create", leases);
    for (const verb of ["get", "update"]) {
      await may("ts-ingress", verb, `${leases}/ts-ingress-leader`);
      await expect(may("ts-ingress", verb, `${leases}/another`), verb).rejects.toThrow();
      await expect(may("default", verb, `${leases}/ts-ingress-leader`), verb).rejects.toThrow();
    }
    for (const verb of ["get", "list"]) {
      await may("ts-ingress", verb, "pods");
      await expect(may("default", verb, "pods"), verb).rejects.toThrow();
    }
  });
});

/** A pod as the Deployment or DaemonSet would make one. */
function podOf(objects: readonly Manifest[]): Manifest {
  const { template } = objects.find((one) => one.kind === "Deployment" || one.kind === "DaemonSet").spec;
  const { labels } = template.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "one", namespace: "ts-ingress", labels },
    spec: template.spec,
  };
}
