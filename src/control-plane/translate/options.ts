/** Sends a Service port somewhere else, for pods that run on the developer's machine (`--map NAMESPACE/SERVICE:PORT=HOST:PORT`). */
export interface ServiceMap {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service port, as the user wrote it. */
  readonly port: string;
  readonly to: { readonly host: string; readonly port: number };
}

/** Which ConfigMaps hold TCP and UDP services, as ingress-nginx's tcp-services and udp-services do. */
export interface StreamOptions {
  /** "namespace/name" (`--tcp-services-configmap`) */
  readonly tcp?: string;
  readonly udp?: string;
  /** Without a name, take those called tcp-services and udp-services: true in `dev`. */
  readonly byName: boolean;
  /** TCP ports that the gateway listens on itself, and the flag that moves each: "http" for `--http-port`. */
  readonly reserved: readonly { readonly port: number; readonly use: string }[];
}

/** Where the settings of the whole gateway are, and what flags say about them. */
export interface SettingsOptions {
  /** "namespace/name" of their ConfigMap (`--configmap`); absent: all have their defaults. */
  readonly configMap?: string;
  /** What `--proxy-real-ip-cidr` says; absent: everybody. */
  readonly trustedByFlag?: readonly string[];
  /** What is wrong with a format of the access log; null for nothing. Absent: it is not looked at. */
  readonly logFormatProblem?: (format: string) => string | null;
}

export interface TranslateOptions extends SettingsOptions {
  /** Class names that are ours besides those of IngressClass objects with our controller name (`--ingress-class`). */
  readonly ingressClasses: readonly string[];
  /** The `spec.controller` of IngressClasses that are ours (`--controller-class`); absent: {@link CONTROLLER_NAME}. */
  readonly controllerClass?: string;
  /** Serve Ingresses that name no class: true in `dev`. */
  readonly serveWithoutClass: boolean;
  readonly maps: readonly ServiceMap[];
  /** ExternalName may point to loopback and link-local names: true in `dev`. */
  readonly allowLoopbackNames: boolean;
  /** "namespace/name" of the Secret with the certificate for server names that have none (`--default-ssl-certificate`). */
  readonly defaultCertificate?: string;
  /** "namespace/name" of the Service for what no rule matches (`--default-backend-service`). */
  readonly defaultBackend?: string;
  /** What ingress-nginx's annotations begin with instead of its own name (`--annotations-prefix`), without the slash. */
  readonly annotationsPrefix?: string;
  /** An Ingress that is a defaultBackend without rules is not served (`--disable-catch-all`). */
  readonly withoutCatchAll?: boolean;
  /** Services of type ExternalName are not served (`--disable-svc-external-name`). */
  readonly withoutExternalNames?: boolean;
  /** Browsers may be told to come by HTTPS alone: true in `controller`. */
  readonly strictTransport?: boolean;
  /** TCP and UDP services; absent: none are served. */
  readonly streams?: StreamOptions;
}

/** The `spec.controller` of an IngressClass that is ours, unless a flag says otherwise. */
export const CONTROLLER_NAME = "ts-ingress.io/controller";
