import type { Manifest } from "../../deploy/documents.ts";
import type { Kubectl } from "../real/kubectl.ts";

/** Makes a pod of a template, and says that it runs and is ready: as a scheduler and a kubelet would have it. */
export async function runPod(
  kubectl: Kubectl,
  { metadata, spec }: Manifest,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: metadata.labels },
    spec: { ...spec, nodeName: "worker" },
  };
  await kubectl.apply([pod]);
  const status = JSON.stringify({ status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } });
  const patch = ["--subresource=status", "--type=merge", "--patch", status];
  await kubectl.run("patch", "pod", name, "--namespace", namespace, ...patch);
}
