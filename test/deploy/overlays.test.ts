import { describe, expect, test } from "vitest";
import { BUILDABLE, called, type Manifest } from "./documents.ts";
import { kustomized, NO_KUSTOMIZE } from "./rendered.ts";

if (NO_KUSTOMIZE !== null) console.log(`overlays are not built: ${NO_KUSTOMIZE}`);

describe.skipIf(NO_KUSTOMIZE !== null)("overlays", async () => {
  const built = NO_KUSTOMIZE === null ? await kustomized(BUILDABLE) : new Map<string, Manifest[]>();
  const of = (folder: string, name: string): Manifest => built.get(folder)?.find((one) => called(one) === name);
  const workload = (folder: string): Manifest =>
    of(folder, "Deployment ts-ingress") ?? of(folder, "DaemonSet ts-ingress");

  test.each(BUILDABLE)("%s: pods as the restricted Pod Security Standard wants them", (folder) => {
    const { spec } = workload(folder).spec.template;
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(spec.volumes?.filter((volume: Manifest) => volume.hostPath !== undefined) ?? []).toEqual([]);
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
    expect(spec.hostNetwork).toBe(folder === "overlays/hostnetwork" ? true : undefined);
    const level = of(folder, "Namespace ts-ingress")?.metadata.labels["pod-security.kubernetes.io/enforce"];
    const expected = folder === "overlays/hostnetwork" ? "privileged" : "restricted";
    expect(level).toBe(folder === "overlays/namespaced" ? undefined : expected);
  });

  test.each(BUILDABLE)("%s: everything is labelled as ours and in our namespace", (folder) => {
    const foreign = ["Eip ts-ingress", "IPAddressPool ts-ingress", "L2Advertisement ts-ingress"];
    const own = (built.get(folder) ?? []).filter((one) => !foreign.includes(called(one)));
    expect(own.length).toBeGreaterThan(5);
    const cluster = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding", "IngressClass"]);
    for (const one of own) {
      expect(one.metadata.labels, called(one)).toMatchObject({ "app.kubernetes.io/name": "ts-ingress" });
      expect(one.metadata.namespace, called(one)).toBe(cluster.has(one.kind) ? undefined : "ts-ingress");
    }
  });

  test.each([
    ["base", "ClusterIP", undefined],
    ["overlays/loadbalancer", "LoadBalancer", "Local"],
    ["overlays/openelb", "LoadBalancer", "Local"],
    ["overlays/metallb", "LoadBalancer", "Local"],
    ["overlays/gce", "LoadBalancer", "Local"],
    ["overlays/nodeport", "NodePort", "Local"],
    ["overlays/hostnetwork", "ClusterIP", undefined],
    ["overlays/two-replicas", "LoadBalancer", "Local"],
  ])("%s: a Service of type %s, traffic policy %s", (folder, type, policy) => {
    const { spec } = of(folder, "Service ts-ingress");
    expect([spec.type, spec.externalTrafficPolicy]).toEqual([type, policy]);
    expect(spec.ports.map((port: Manifest) => [port.name, port.port, port.targetPort])).toEqual([
      ["http", 80, "http"],
      ["https", 443, "https"],
    ]);
  });

  test("openelb and metallb take their addresses from the pool that is there", () => {
    expect(of("overlays/openelb", "Service ts-ingress").metadata.annotations).toEqual({
      "lb.kubesphere.io/v1alpha1": "openelb",
      "protocol.openelb.kubesphere.io/v1alpha1": "layer2",
      "eip.openelb.kubesphere.io/v1alpha2": of("overlays/openelb", "Eip ts-ingress").metadata.name,
    });
    const pool = of("overlays/metallb", "IPAddressPool ts-ingress").metadata;
    expect(of("overlays/metallb", "Service ts-ingress").metadata.annotations).toEqual({
      "metallb.io/address-pool": pool.name,
    });
    expect(of("overlays/metallb", "L2Advertisement ts-ingress")).toMatchObject({
      metadata: { namespace: pool.namespace },
      spec: { ipAddressPools: [pool.name] },
    });
  });

  test("hostnetwork is one pod a node, on the ports of the node", () => {
    const { kind, spec } = workload("overlays/hostnetwork");
    expect(kind).toBe("DaemonSet");
    expect(Object.keys(spec).toSorted()).toEqual(["revisionHistoryLimit", "selector", "template", "updateStrategy"]);
    const { args, ports } = spec.template.spec.containers[0];
    expect(args).toEqual(expect.arrayContaining(["--http-port=80", "--https-port=443"]));
    expect(ports.map((port: Manifest) => port.containerPort)).toEqual([80, 443, 10_254]);
  });

  test("two-replicas: two on two nodes, one of them always there", () => {
    const { spec } = workload("overlays/two-replicas");
    expect(spec.replicas).toBe(2);
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(spec.template.spec.topologySpreadConstraints[0]).toMatchObject({
      topologyKey: "kubernetes.io/hostname",
      maxSkew: 1,
    });
    expect(of("overlays/two-replicas", "PodDisruptionBudget ts-ingress").spec.maxUnavailable).toBe(1);
  });

  test("namespaced needs no right on the cluster, and has those on its namespace that the cluster's role has", () => {
    const kinds = new Set(built.get("overlays/namespaced")?.map((one) => one.kind as string));
    for (const kind of ["Namespace", "ClusterRole", "ClusterRoleBinding", "IngressClass"])
      expect(kinds).not.toContain(kind);
    const cluster = rights(of("base", "ClusterRole ts-ingress"));
    const withheld = cluster.filter((right) => /\bnamespaces|ingressclasses\b/.test(right));
    expect(rights(of("overlays/namespaced", "Role ts-ingress-serving"))).toEqual(
      cluster.filter((right) => !withheld.includes(right)),
    );
  });
});

/** "discovery.k8s.io endpointslices list", one each. */
function rights({ rules }: Manifest): string[] {
  return (rules as Manifest[])
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group: string) =>
        resources.flatMap((resource: string) => verbs.map((verb: string) => `${group} ${resource} ${verb}`)),
      ),
    )
    .toSorted((a, b) => a.localeCompare(b));
}
