import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";

/** What of a cluster cannot be seen, as diagnostics. An API server that is away for a while is none: everything known stays in use. */
export function clusterProblem({ name, problem, synced }: ListWatchStatus): Diagnostic | null {
  if (problem === null || problem.kind === "unavailable") return null;
  const object = { kind: "Cluster", namespace: "", name };
  const kept = synced ? "what was known of them stays in use" : "none are known";
  if (problem.kind === "refused") {
    return {
      severity: "error",
      code: "ClusterRefusesToTell",
      scope: "reference",
      object,
      message: `the API server does not let us follow ${name}, ${kept}: ${problem.message}`,
      remedy: "Allow get, list and watch of them in the Role or ClusterRole of our service account",
    };
  }
  if (problem.kind === "absent") {
    return {
      severity: "error",
      code: "ClusterKindMissing",
      scope: "reference",
      object,
      message: `the API server has no ${name}, ${kept}`,
      remedy: "Use Kubernetes 1.21 or newer",
    };
  }
  return {
    severity: "warning",
    code: "ClusterListDoubted",
    scope: "reference",
    object,
    message: `${name}: ${problem.message}; they stay in use until the API server has said so three times`,
    remedy: "Nothing, if they were deleted; else look at the API server, its etcd and our permissions",
  };
}
