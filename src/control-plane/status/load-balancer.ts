import { isIP as versionOf } from "node:net";
import { compareText } from "../translate/compare-text.ts";

/** One of networking.k8s.io/v1 IngressStatus.loadBalancer.ingress: where clients reach the Ingress. */
export type Address = { readonly ip: string } | { readonly hostname: string };

/** core/v1 Service, as far as it says where clients reach it. */
export interface PublishedService {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly externalIPs?: readonly string[] | null;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] | null;
    } | null;
  };
}

/** Where clients reach what stands behind a Service, as ingress-nginx has it for each type. */
export function addressesOfService({ spec = {}, status }: PublishedService): readonly Address[] {
  const external = spec.externalIPs ?? [];
  switch (spec.type ?? "ClusterIP") {
    case "ExternalName":
      return inOrder([spec.externalName ?? ""]);
    case "ClusterIP":
      return inOrder([spec.clusterIP ?? ""]);
    case "NodePort":
      return inOrder(external.length > 0 ? external : [spec.clusterIP ?? ""]);
    default:
      return inOrder([
        ...(status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ""),
        ...external,
      ]);
  }
}

/** @param texts IP addresses and names; each counts once, empty ones not at all, and "None", which a headless Service has, neither */
export function inOrder(texts: readonly string[]): readonly Address[] {
  const known = [...new Set(texts)].filter((text) => text !== "" && text !== "None");
  return known.toSorted(compareText).map((text) => (versionOf(text) !== 0 ? { ip: text } : { hostname: text }));
}

/** A list as one text, whatever its order and whatever else a controller wrote beside: two that say the same are equal. */
export function textOf(addresses: readonly Address[]): string {
  return addresses
    .map((address) => ("ip" in address ? address.ip : address.hostname))
    .toSorted(compareText)
    .join(" ");
}
