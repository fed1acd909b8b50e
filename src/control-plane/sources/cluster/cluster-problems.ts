import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import { INGRESS_CLASSES } from "./cluster-kinds.ts";

/** Whether IngressClasses, which are no namespace's, are refused to somebody who looks at one namespace: as it should be. */
export function isDoneWithout({ name, problem, synced }: ListWatchStatus, namespace: string | undefined): boolean {
  return namespace !== undefined && name === INGRESS_CLASSES.plural && problem?.kind === "refused" && !synced;
}

/**
 * What of a cluster cannot be seen, as diagnostics. An API server that is away for a while is none: everything known stays in use.
 * @param namespace the only one that is looked at; undefined: all
 */
export function clusterProblem(status: ListWatchStatus, namespace: string | undefined): Diagnostic | null {
  const { name, problem, synced } = status;
  if (problem === null || problem.kind === "unavailable") return null;
  const object = { kind: "Cluster", namespace: "", name };
  if (isDoneWithout(status, namespace)) {
    return {
      severity: "info",
      code: "ClassesByNameAlone",
      scope: "reference",
      object,
      message: `permissions in namespace ${namespace} alone do not show us IngressClasses: Ingresses are served that name a class of --ingress-class; --controller-class and a default class are without effect`,
      remedy: "Nothing, where that is meant; else allow get, list and watch of ingressclasses in a ClusterRole",
    };
  }
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
