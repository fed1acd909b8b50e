import type { IngressBackend } from "../../../src/control-plane/resources/ingress.ts";
import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import type { ResourceSet } from "../../../src/control-plane/resources/resources.ts";
import type { Service, ServicePort } from "../../../src/control-plane/resources/service.ts";
import type { Plan } from "./expected.ts";

/** Where a backend leads: protocol and addresses; "503" for nowhere. */
export function behind(set: ResourceSet, { ingress, https }: Plan, backend: IngressBackend | null | undefined): string {
  const asked = backend?.service;
  if (asked === undefined) return "503";
  const key = `${ingress.metadata.namespace}/${asked.name}`;
  const service = set.services.find((one) => keyOf(one) === key);
  if (service === undefined) return "503";
  const port = service.spec.ports.find(({ name, port: number }) =>
    asked.port.name === undefined ? number === asked.port.number : name === asked.port.name,
  );
  if (port !== undefined && port.protocol !== "TCP") return "503";
  const spoken = https || port?.appProtocol === "https" ? "https" : "http";
  const { number } = asked.port;
  const to =
    port !== undefined
      ? addressingOf(set, service, port)
      : service.spec.type === "ExternalName" && number !== undefined
        ? addressingOf(set, service, { port: number, protocol: "TCP" })
        : "503";
  return to === "503" ? to : `${spoken} ${to}`;
}

/** Addresses of the ready; else of those that still serve while they end. Or a name. */
export function addressingOf(set: ResourceSet, service: Service, port: ServicePort): string {
  const target = port.targetPort ?? port.port;
  if (service.spec.type === "ExternalName") {
    return service.spec.externalName === "localhost" ? "503" : `${service.spec.externalName}:${target}`;
  }
  const [ready, ending, all] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { metadata, ports, endpoints } of set.endpointSlices) {
    if (`${metadata.namespace}/${metadata.labels["kubernetes.io/service-name"]}` !== keyOf(service)) continue;
    const own = ports.find((one) => (one?.name ?? "") === (port.name ?? "") && one?.protocol === port.protocol);
    if (ports.length > 0 && own === undefined) continue;
    for (const one of endpoints) {
      const { ready: isReady = true, serving = isReady, terminating = false } = one?.conditions ?? {};
      for (const address of one?.addresses ?? []) {
        if (address === null || !address.startsWith("10.")) continue;
        const text = `${address}:${own?.port ?? target}`;
        all.add(text);
        if (isReady) ready.add(text);
        if (serving && terminating) ending.add(text);
      }
    }
  }
  const chosen = service.spec.publishNotReadyAddresses ? all : ready.size > 0 ? ready : ending;
  return JSON.stringify([...chosen].toSorted());
}
