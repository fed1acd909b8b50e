import type { Origin } from "../../snapshot/origin.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import type { Registry } from "./registry.ts";

/** Forgets the series of Ingresses that no route is of any more: they must not take the room of others, nor show what is not there. */
export function forgetIngresses(registry: Registry, { virtualHosts }: RoutingSnapshot): void {
  const present = new Set<string>([keyOf("", ""), keyOf("other", "other")]);
  const see = ({ namespace, name }: Origin): unknown => present.add(keyOf(namespace, name));
  for (const { routes, defaultRoute } of virtualHosts) {
    for (const { origin } of routes) see(origin);
    if (defaultRoute !== undefined) see(defaultRoute.origin);
  }
  for (const family of registry.families) {
    const namespace = family.definition.labels.indexOf("namespace");
    const ingress = family.definition.labels.indexOf("ingress");
    // The metrics of requests alone: what is told whole each time needs no tidying, and who was refused has no route.
    if (ingress < 0 || !family.definition.labels.includes("service")) continue;
    family.forget((labels) => !present.has(keyOf(labels[namespace], labels[ingress])));
  }
}

function keyOf(namespace = "", name = ""): string {
  return `${namespace}/${name}`;
}
