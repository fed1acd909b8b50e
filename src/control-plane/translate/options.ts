/** Sends a Service port somewhere else, for pods that run on the developer's machine (`--map NAMESPACE/SERVICE:PORT=HOST:PORT`). */
export interface ServiceMap {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service port, as the user wrote it. */
  readonly port: string;
  readonly to: { readonly host: string; readonly port: number };
}

export interface TranslateOptions {
  /** Class names that are ours besides those of IngressClass objects with our controller name (`--ingress-class`). */
  readonly ingressClasses: readonly string[];
  /** Serve Ingresses that name no class: true in `dev`. */
  readonly serveWithoutClass: boolean;
  readonly maps: readonly ServiceMap[];
  /** ExternalName may point to loopback and link-local names: true in `dev`. */
  readonly allowLoopbackNames: boolean;
}

/** The `spec.controller` of an IngressClass that is ours. */
export const CONTROLLER_NAME = "ts-ingress.io/controller";
