import path from "node:path";
import { describe, expect, test } from "vitest";
import { called, CHART, documents, KUSTOMIZE, type Manifest, read } from "./documents.ts";
import { kustomized, textOf } from "./rendered.ts";
import { NO_RENDERER, render } from "./renderer.ts";

if (NO_RENDERER !== null) console.log(`the chart is not rendered: ${NO_RENDERER}`);

const MONITORING = path.join(import.meta.dirname, "overlays/monitoring");
const WEBHOOK = path.join(import.meta.dirname, "overlays/webhook");
const ANNOTATED = (annotations: Record<string, string>) => ({ service: { annotations } });

/** Values with which the chart gives what a folder of kustomize gives. */
const SAME: Readonly<Record<string, Record<string, unknown>>> = {
  base: { service: { type: "ClusterIP" } },
  "overlays/loadbalancer": {},
  "overlays/two-replicas": { replicas: 2 },
  "overlays/nodeport": {
    publishService: false,
    service: { type: "NodePort", nodePorts: { http: 30_080, https: 30_443 } },
  },
  "overlays/hostnetwork": {
    kind: "DaemonSet",
    hostNetwork: true,
    publishService: false,
    service: { type: "ClusterIP" },
  },
  "overlays/namespaced": { rbac: { scope: "namespace" }, service: { type: "ClusterIP" } },
  "overlays/gce": {
    ...ANNOTATED({ "cloud.google.com/l4-rbs": "enabled" }),
    extraArgs: ["--shutdown-grace-period=30"],
  },
  "overlays/openelb": ANNOTATED({
    "lb.kubesphere.io/v1alpha1": "openelb",
    "protocol.openelb.kubesphere.io/v1alpha1": "layer2",
    "eip.openelb.kubesphere.io/v1alpha2": "ts-ingress",
  }),
  "overlays/metallb": ANNOTATED({ "metallb.io/address-pool": "ts-ingress" }),
  [WEBHOOK]: { webhook: { enabled: true } },
  [MONITORING]: {
    metrics: { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboard: { enabled: true } },
  },
};
/** What a chart does not bring: Helm makes the namespace, and pools of addresses are the network's. */
const NOT_OF_CHART = ["Namespace", "Eip", "IPAddressPool", "L2Advertisement"];

describe.skipIf(NO_RENDERER !== null)("the chart", async () => {
  const folders = Object.keys(SAME);
  const built = NO_RENDERER === null ? await kustomized(folders) : new Map<string, Manifest[]>();
  const requests = Object.values(SAME).map((values) => ({ chart: CHART, values }));
  const rendered = NO_RENDERER === null ? await render(requests) : [];

  test.each(folders)("gives object by object what %s gives", (folder) => {
    const chart = documents(textOf(rendered[folders.indexOf(folder)] ?? { text: "" }));
    const own = (built.get(folder) ?? []).filter((one) => !NOT_OF_CHART.includes(one.kind));
    expect(chart.map(called).toSorted()).toEqual(own.map(called).toSorted());
    for (const one of own) {
      const same = chart.find((other) => called(other) === called(one));
      expect(withoutHelm(same), called(one)).toEqual(one);
    }
  });

  test.each([
    [{ replica: 2 }, "additional properties 'replica' not allowed"],
    [{ service: { type: "Loadbalancer" } }, "/service/type"],
    [{ replicas: "2" }, "/replicas"],
    [{ extraArgs: ["workers=3"] }, "/extraArgs/0"],
    // A large number would be written as 1e+06.
    [{ config: { "keep-alive-requests": 1_000_000 } }, "/config/keep-alive-requests"],
    [{ image: { digest: "latest" } }, "/image/digest"],
    [{ rbac: { scope: "everything" } }, "/rbac/scope"],
    [{ rbac: { scope: "namespace" }, webhook: { enabled: true } }, "a webhook is the cluster's"],
    [{ service: { nodePorts: { http: 70_000 } } }, "/service/nodePorts/http"],
  ])("refuses %j", async (values, says) => {
    const [answer] = await render([{ chart: CHART, values }]);
    expect(answer?.error).toContain(says);
  });

  test("takes what else there is to set, and the result is YAML", async () => {
    const values = {
      fullnameOverride: "edge",
      image: { repository: "r.example.com/x", digest: `sha256:${"0".repeat(64)}` },
      imagePullSecrets: [{ name: "pull" }],
      ingressClass: { name: "edge", default: true },
      serviceAccount: { create: false, name: "given", annotations: {} },
      extraArgs: ["--workers=4"],
      extraEnv: [{ name: "TZ", value: "UTC" }],
      podAnnotations: { a: "b" },
      podLabels: { c: "d" },
      tolerations: [{ operator: "Exists" }],
      affinity: { nodeAffinity: {} },
      priorityClassName: "high",
      networkPolicy: { enabled: false },
      service: { loadBalancerClass: "x.example.com/lb", loadBalancerSourceRanges: ["10.0.0.0/8"] },
    };
    const [answer] = await render([{ chart: CHART, values }]);
    const objects = documents(textOf(answer ?? { text: "" }));
    const of = (name: string): Manifest => objects.find((one) => called(one) === name);
    const pod = of("Deployment edge").spec.template;
    expect(pod.metadata).toMatchObject({ annotations: { a: "b" }, labels: { c: "d" } });
    expect(pod.spec).toMatchObject({
      serviceAccountName: "given",
      priorityClassName: "high",
      imagePullSecrets: [{ name: "pull" }],
    });
    const { image, args } = pod.spec.containers[0];
    expect(image).toBe(`r.example.com/x@sha256:${"0".repeat(64)}`);
    expect(args).toContain("--publish-service=$(POD_NAMESPACE)/edge");
    expect(args).toContain("--ingress-class=edge");
    expect(args.at(-1)).toBe("--workers=4");
    expect(of("IngressClass edge").metadata.annotations).toEqual({
      "ingressclass.kubernetes.io/is-default-class": "true",
    });
    expect(of("Role edge").rules[0].resourceNames).toEqual(["edge-leader"]);
    expect(of("NetworkPolicy edge")).toBeUndefined();
    expect(of("ServiceAccount given")).toBeUndefined();
  });
});

test("the chart brings the alerts and the dashboard that kustomize has", () => {
  for (const file of ["ts-ingress.json", "prometheus-rule.yaml"]) {
    expect(read(CHART, "files", file), file).toBe(read(KUSTOMIZE, "components/monitoring", file));
  }
});

/** The object without what only Helm writes. */
function withoutHelm(object: Manifest): Manifest {
  const copy = structuredClone(object);
  for (const metadata of [copy?.metadata, copy?.spec?.template?.metadata]) {
    delete metadata?.labels["helm.sh/chart"];
    delete metadata?.labels["app.kubernetes.io/managed-by"];
  }
  return copy;
}
