import type { Ingress } from "../resources/ingress.ts";
import type { IngressSettings } from "./annotations/annotations.ts";

/** An Ingress of ours with everything that holds for all its routes. */
export interface IngressPlan {
  readonly ingress: Ingress;
  readonly settings: IngressSettings;
}
