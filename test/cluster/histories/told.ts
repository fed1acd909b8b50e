import type { Published } from "../../../src/control-plane/control-plane.ts";
import { allResources } from "../../../src/control-plane/resources/resource-set.ts";
import type { FakeApiServer } from "../fake/fake-api-server.ts";
import type { StoredObject } from "../fake/object.ts";

/** Diagnostics on Ingresses that are nobody's business of ours. */
const NOT_OURS = ["IngressOfOtherClass", "IngressWithoutClass"];
const KINDS = ["Ingress", "IngressClass", "Service", "EndpointSlice", "Endpoints", "Secret", "ConfigMap"];

/** @param address where clients reach us @returns what the cluster should have been told by now and was not */
export function untold(fake: FakeApiServer, { ours, diagnostics, resources }: Published, address: string): string[] {
  const statuses = ours.flatMap((key) => {
    const [namespace = "", name = ""] = key.split("/");
    if (!fake.collection("ingresses").has(namespace, name)) return [];
    const said = addressesOf(fake.collection("ingresses").get(namespace, name));
    return said === address ? [] : [`the status of ${key} is ${said}`];
  });
  const events = fake.collection("events").list();
  const uids = new Map(
    allResources(resources).map(({ kind, metadata }) => [
      `${kind} ${metadata.namespace}/${metadata.name}`,
      metadata.uid,
    ]),
  );
  const due = diagnostics.filter(({ code, object }) => KINDS.includes(object.kind) && !NOT_OURS.includes(code));
  const missing = due.filter(({ code, object, severity, message }) => {
    const uid = uids.get(`${object.kind} ${object.namespace}/${object.name}`);
    return !events.some((event) => {
      const about = event["involvedObject"] as Record<string, unknown>;
      return (
        event["reason"] === code &&
        event["type"] === (severity === "info" ? "Normal" : "Warning") &&
        about["kind"] === object.kind &&
        about["name"] === object.name &&
        about["uid"] === uid &&
        (event["message"] as string).startsWith(message.slice(0, 1000))
      );
    });
  });
  return [...statuses, ...missing.map(({ code, object }) => `no Event ${code} of ${object.kind} ${object.name}`)];
}

/** @returns Events about what was never so, and statuses of Ingresses that never were ours */
export function lies(fake: FakeApiServer, published: readonly Published[]): string[] {
  const told = new Set(
    published.flatMap(({ diagnostics }) =>
      diagnostics
        .filter(({ code }) => !NOT_OURS.includes(code))
        .map(({ code, object }) => `${code} ${object.kind} ${object.name}`),
    ),
  );
  const ours = new Set(published.flatMap((one) => one.ours));
  const events = fake
    .collection("events")
    .list()
    .filter((event) => {
      const { kind, namespace, name } = event["involvedObject"] as Record<string, string>;
      if (event["reason"] === "Sync") return !ours.has(`${namespace}/${name}`);
      return !told.has(`${event["reason"] as string} ${kind} ${name}`);
    })
    .map((event) => `an Event ${event["reason"] as string} that was never true`);
  const statuses = fake.seen
    .filter(({ resource, verb, path }) => resource === "ingresses" && verb === "patch" && !ours.has(keyIn(path)))
    .map(({ path }) => `${path} was written, which never was ours`);
  return [...events, ...statuses];
}

function keyIn(path: string): string {
  const [, namespace = "", name = ""] = /namespaces\/([^/]+)\/ingresses\/([^/]+)\//.exec(path) ?? [];
  return `${namespace}/${name}`;
}

export function addressesOf(ingress: StoredObject): string {
  const { loadBalancer } = (ingress["status"] ?? {}) as { loadBalancer?: { ingress?: { ip: string }[] } };
  return (loadBalancer?.ingress ?? []).map(({ ip }) => ip).join(" ");
}
