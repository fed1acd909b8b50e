import type { Endpoint } from "../../snapshot/upstream.ts";
import type { Endpoints } from "../resources/endpoints.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import type { Service, ServicePort } from "../resources/service.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** The endpoints of a Service port; when there are none, exactly why. */
export interface ServiceEndpoints {
  readonly endpoints: readonly Endpoint[];
  /** Completes the sentence "Service shop/web has no endpoints: …"; null when there are some. */
  readonly whyEmpty: string | null;
}

interface Known {
  /** Services made in code may share their ports. */
  readonly service: Service;
  readonly slices: readonly EndpointSlice[] | undefined;
  readonly legacy: Endpoints | undefined;
  readonly endpoints: ServiceEndpoints;
  readonly diagnostics: readonly Diagnostic[];
}

/** The endpoints of Service ports, read once for all backends that lead there. */
export type KnownEndpoints = WeakMap<ServicePort, Known>;
