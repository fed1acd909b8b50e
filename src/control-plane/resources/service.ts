import type { Resource } from "./resource.ts";

/** v1 Service. */
export interface Service extends Resource {
  readonly kind: "Service";
  readonly spec: {
    /** ClusterIP (default), NodePort, LoadBalancer or ExternalName. */
    readonly type: string;
    /** "None" for a headless Service. */
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly publishNotReadyAddresses: boolean;
    readonly ports: readonly ServicePort[];
  };
}

export interface ServicePort {
  /** Absent only when the Service has a single port. */
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  /** TCP (default), UDP, SCTP. */
  readonly protocol: string;
  readonly appProtocol?: string;
}
