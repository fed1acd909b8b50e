import type { Pod } from "../pods/pod.ts";

/** The class that the scenarios serve. */
export const CLASS = "scenario";

export interface Rule {
  readonly path?: string;
  readonly service: string;
}

export interface Given {
  readonly className?: string;
  readonly secret?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An Ingress of one host over TLS, the pair in the Secret `tls` if no other is given. */
export function ingress(name: string, host: string, rules: readonly Rule[], given: Given = {}): object {
  const { className = CLASS, secret = "tls", annotations = {} } = given;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, annotations },
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [host], secretName: secret }],
      rules: [
        {
          host,
          http: {
            paths: rules.map(({ path = "/", service }) => ({
              path,
              pathType: "Prefix",
              backend: { service: { name: service, port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  };
}

/** A Service without a selector: the test says which pods it has. */
export function service(name: string, port = 80): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ port, protocol: "TCP", targetPort: 8080 }] },
  };
}

/** What the controller of EndpointSlices would write for these pods. */
export function slice(service: string, pods: readonly Pod[], leaving: readonly Pod[] = []): object {
  const endpoint = (pod: Pod, ready: boolean): object => ({
    addresses: [pod.address],
    conditions: { ready, serving: true, terminating: !ready },
  });
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${service}-1`, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP" }],
    endpoints: [...pods.map((pod) => endpoint(pod, true)), ...leaving.map((pod) => endpoint(pod, false))],
  };
}
