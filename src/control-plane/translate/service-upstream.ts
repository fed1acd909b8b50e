import { type Addressing, hasTls, type HttpProtocol, type Upstream } from "../../snapshot/upstream.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { Service } from "../resources/service.ts";
import { withoutBrackets } from "./hosts.ts";
import { originOf } from "./place.ts";
import type { ReadyTls } from "./upstream-tls.ts";

/** A port of a Service, which need not exist. */
export interface NamedPort {
  readonly namespace: string;
  readonly name: string;
  readonly service: Service | undefined;
  /** Its number, or however it is named. */
  readonly port: number | string;
}

/** The upstream behind a Service port, for one way to speak to it. @param tls where it is spoken to in TLS */
export function serviceUpstream(
  { namespace, name, service, port }: NamedPort,
  protocol: HttpProtocol,
  tls: ReadyTls | null,
  addressing: Addressing,
): Upstream {
  const asked = hasTls(protocol) ? tls : null;
  const suffix = `${protocol === "http" ? "" : ` ${protocol}`}${asked === null ? "" : ` ${asked.id}`}`;
  return {
    name: `${keyIn(namespace, name)}:${port}${suffix}`,
    origin: service === undefined ? { kind: "Service", namespace, name } : originOf(service),
    protocol,
    ...(asked === null ? {} : { tls: asked.towards(dnsNameOf(service, namespace, name)) }),
    addressing,
    balancing: { kind: "round-robin" },
  };
}

/** The name the certificate of a Service is for where an Ingress says nothing else. */
function dnsNameOf(service: Service | undefined, namespace: string, name: string): string {
  const external = service?.spec.type === "ExternalName" ? service.spec.externalName : undefined;
  return (external === undefined ? `${name}.${namespace}.svc` : withoutBrackets(external.trim().toLowerCase())).replace(
    /\.$/,
    "",
  );
}
