import type { Service, ServicePort } from "../resources/service.ts";

/** `backend.service.port`: exactly one of the two is set. */
export interface PortReference {
  readonly name?: string;
  readonly number?: number;
}

/** Whether a number can be a TCP port: 1 to 65535. */
export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65_535;
}

/** "80" or "http". */
export function describeReference(reference: PortReference): string {
  return reference.name ?? String(reference.number);
}

/** The Service port that is named; of the protocol asked for where a number or name is declared for several. */
export function findServicePort(service: Service, reference: PortReference, protocol = "TCP"): ServicePort | null {
  const named = service.spec.ports.filter((port) =>
    reference.name === undefined ? port.port === reference.number : port.name === reference.name,
  );
  return named.find((port) => port.protocol === protocol) ?? named[0] ?? null;
}

/** The TCP port that leads to what is named: ingress-nginx takes the targetPort of a Service for its port where it has no port of that name or number. */
export function findPortTo(service: Service, { name, number }: PortReference): ServicePort | null {
  const target = name ?? number;
  return service.spec.ports.find((port) => port.protocol === "TCP" && port.targetPort === target) ?? null;
}

/** "80 (http, targetPort 8080), 443": the ports that exist, for a message about one that does not. */
export function describePorts(service: Service): string {
  if (service.spec.ports.length === 0) return "none";
  return service.spec.ports
    .map((port) => {
      const target =
        port.targetPort === undefined || port.targetPort === port.port ? [] : [`targetPort ${port.targetPort}`];
      const details = [...(port.name === undefined ? [] : [port.name]), ...target];
      return details.length === 0 ? String(port.port) : `${port.port} (${details.join(", ")})`;
    })
    .join(", ");
}
