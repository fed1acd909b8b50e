import { readFile } from "node:fs/promises";
import path from "node:path";

/** The folder of go.mod, which says the versions of everything that is built. */
export const MODULE = import.meta.dirname;

export interface Program {
  readonly name: string;
  /** Its package, as Go names it. */
  readonly from: string;
}

/** What a test of a cluster needs, the smallest first. The names are those that KUBEBUILDER_ASSETS promises. */
export const PROGRAMS: readonly Program[] = [
  { name: "etcd", from: "go.etcd.io/etcd/server/v3" },
  { name: "kubectl", from: "k8s.io/kubernetes/cmd/kubectl" },
  { name: "kube-apiserver", from: "k8s.io/kubernetes/cmd/kube-apiserver" },
];

/** The version of Kubernetes that go.mod requires, for example "v1.37.2". */
export async function kubernetesVersion(): Promise<string> {
  const text = await readFile(path.join(MODULE, "go.mod"), "utf8");
  const version = /^\tk8s\.io\/kubernetes (v\d+\.\d+\.\d+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error("go.mod does not say which Kubernetes it requires");
  return version;
}

/** What `kubectl version` and the server's /version show: without it they say v0.0.0-master. */
export function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split(".");
  const says = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "archive" };
  const variables = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((where) =>
    Object.entries(says).map(([name, value]) => `-X ${where}.${name}=${value}`),
  );
  // Without tables for debuggers a program is a third smaller.
  return ["-s", "-w", ...variables].join(" ");
}
