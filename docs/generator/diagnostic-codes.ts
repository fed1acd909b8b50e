import type { Scope, Severity } from "../../src/control-plane/translate/diagnostic.ts";

/** What a code stands for; the message of a diagnostic names the object, the field and the value. */
export interface DiagnosticCode {
  readonly severities: readonly Severity[];
  readonly scope: Scope;
  /** When it is reported, as one sentence. */
  readonly when: string;
  readonly remedy: string;
}

type Codes = Readonly<Record<string, DiagnosticCode>>;

const FILES: Codes = {
  FolderUnreadable: error("The folder does not exist or cannot be read.", "Name a folder that can be read."),
  FolderEmpty: error("No file below the folder ends in .yaml, .yml or .json.", "Name the folder of your manifests."),
  FileUnreadable: error("A file cannot be read.", "Make it readable, or remove it."),
  FileTooLarge: error("A file has more than 16 MiB.", "Split it."),
  FileNotParsed: error(
    "A file is not valid YAML or JSON. While it was good before, its last good version stays in use.",
    "Correct the syntax; render a Helm template first.",
  ),
};

const CLUSTER: Codes = {
  ClusterRefusesToTell: error(
    "The API server does not let us follow a kind of objects, or a Secret by its name. What was known of it stays in use.",
    "Allow get, list and watch in the Role or ClusterRole of our service account.",
    "reference",
  ),
  ClassesByNameAlone: info(
    "With `--watch-namespace` our permissions show us no IngressClasses. Ingresses are served that name a class of `--ingress-class`; `--controller-class` and a default class are without effect.",
    "Nothing where that is meant; else allow get, list and watch of ingressclasses in a ClusterRole.",
    "reference",
  ),
  ClusterKindMissing: error(
    "The API server does not have a kind that we follow.",
    "Use a newer Kubernetes.",
    "reference",
  ),
  ClusterListDoubted: warning(
    "A new list lacks more than half of what was known of a kind. The objects stay in use until two more lists say the same.",
    "Nothing where they were deleted; else look at the API server and its etcd.",
    "reference",
  ),
  SecretGoneKeptForNow: warning(
    "A Secret with a certificate was deleted while Ingresses name it. The certificate serves for five more minutes.",
    "Create it again, or take it out of spec.tls.",
    "reference",
  ),
  NamedObjectsTooMany: error(
    "Ingresses name more than 500 Secrets that are not of type kubernetes.io/tls.",
    "Name fewer.",
    "conflict",
  ),
};

const OBJECTS: Codes = {
  NotAnObject: error("A document is not a map.", "Write a Kubernetes object."),
  KindUnknown: error("The kind is misspelt.", "Write the kind that the remedy names."),
  ApiVersionNotServed: error(
    "The kind is one we read, in a version we do not.",
    "Convert it, for example with kubectl convert.",
  ),
  NameInvalid: error("The name or namespace is not one Kubernetes allows.", "Rename the object."),
  FieldMissing: error("A field that must be there is missing.", "Add it."),
  FieldUnknown: error(
    "An Ingress has a field that does not exist, often since it is not indented as it should be. It has no effect, and the API server refuses the object.",
    "Write what the remedy names.",
  ),
  FieldWrongType: error("A field has a value of another type.", "Write the type the message names."),
  FieldInvalid: error("A field has a value that is not allowed.", "Write a valid value."),
  SecretNotBase64: error(
    "A value in data of a Secret is not base64.",
    "Encode it with base64 -w0, or move it to stringData.",
  ),
  ObjectDuplicate: error(
    "Two objects have the same kind, namespace and name. The first counts.",
    "Remove or rename one of the two.",
    "conflict",
  ),
};

const CLASSES: Codes = {
  IngressClassContradicts: warning(
    "spec.ingressClassName and the annotation kubernetes.io/ingress.class differ. The field decides.",
    "Remove the annotation.",
  ),
  IngressOfOtherClass: info("The Ingress is of a class that is not served.", "Start with --ingress-class CLASS."),
  NothingServed: error(
    "check, translate and explain: there are Ingresses, and every one is of a class that is not served.",
    "Add --ingress-class CLASS.",
  ),
  IngressWithoutClass: info(
    "The Ingress names no class, and no IngressClass of ours is the default. Not with dev, where it is served.",
    "Set spec.ingressClassName.",
  ),
  SeveralDefaultClasses: warning(
    "The Ingress names no class, and several IngressClasses are the default.",
    "Set spec.ingressClassName, or leave one default.",
  ),
};

const RULES: Codes = {
  IngressEmpty: error("The Ingress has neither rules nor a defaultBackend.", "Add rules or a defaultBackend."),
  HostInvalid: error("The host of a rule is not a host name. The rule is not served.", "Write a DNS name."),
  PathsEmpty: error("http.paths of a rule is empty.", "Add a path, or remove http."),
  RuleServesNothing: warning(
    "A rule has no paths, and the Ingress no defaultBackend.",
    "Add paths or a defaultBackend.",
  ),
  PathTypeMissing: error("A path has no pathType.", "Set Prefix, Exact or ImplementationSpecific."),
  PathTypeUnknown: error("The pathType does not exist.", "Set Prefix, Exact or ImplementationSpecific."),
  PathNotAbsolute: error('A path does not start with "/".', 'Begin it with "/".'),
  PathInvalid: error(
    "A path has a bad escape, a NUL, or climbs above the root.",
    "Write the path as the request path is after decoding.",
  ),
  PathLooksLikePattern: warning("A path looks like a pattern. It is matched literally.", "Write the literal path."),
  PathConflict: error(
    "An older Ingress serves this path of this host already. The message names both.",
    "Remove it from one of the two.",
    "conflict",
  ),
  DefaultBackendConflict: error(
    "An older Ingress is the default backend of this host already. The message names both.",
    "Remove it from one of the two.",
    "conflict",
  ),
};

const BACKENDS: Codes = {
  OldBackendForm: error(
    "A backend has serviceName and servicePort, the form of v1beta1.",
    "Write service.name and service.port.",
  ),
  BackendMissing: error("A backend names no service. Its route answers 503.", "Name a service and its port."),
  BackendAmbiguous: error("A backend names a service and a resource. Its route answers 503.", "Name a service only."),
  BackendPortMissing: error("A backend names no port.", "Add the number or the name of a port of the Service."),
  BackendPortAmbiguous: error("A backend names a port by number and by name.", "Keep one of the two."),
  BackendPortInvalid: error(
    "The port is not between 1 and 65535, or is not named in exactly one way. The route answers 503.",
    "Set either port.name or port.number.",
  ),
  ResourceBackendNotServed: error(
    "The backend is a resource. Resource backends are not served: the route answers 503.",
    "Name a service instead.",
  ),
  ServiceNotFound: error(
    "The Service does not exist. The route answers 503.",
    "Create the Service, or correct the name.",
    "reference",
  ),
  ServicePortNotFound: error(
    "The Service has no such port. The message lists those it has. The route answers 503.",
    "Name a port that the Service has.",
    "reference",
  ),
  ServicePortNotTcp: error(
    "The port has another protocol than TCP. The route answers 503.",
    "Name a port with protocol TCP.",
    "reference",
  ),
  ServiceWithoutEndpoints: warning(
    "The Service has no endpoint for the port; the message says why. The route answers 503 until it has one.",
    "Start its pods, or use --map NAMESPACE/SERVICE:PORT=HOST:PORT.",
    "reference",
  ),
  DefaultCertificateNotFound: error(
    "`--default-ssl-certificate` names a Secret that does not exist. The certificate that we make ourselves is shown instead.",
    "Create the Secret.",
    "reference",
  ),
  DefaultCertificateBroken: error(
    "The Secret of `--default-ssl-certificate` holds no certificate with its key. The certificate that we make ourselves is shown instead.",
    "Put a PEM chain and its key into a Secret of type kubernetes.io/tls.",
    "reference",
  ),
  DefaultBackendNotServed: warning(
    "`--default-backend-service` names a Service that does not exist, has no endpoints or cannot be reached. What matches no rule is answered 404.",
    "Create it, or start its pods.",
    "reference",
  ),
  CatchAllDisabled: error(
    "An Ingress is a defaultBackend without rules, and `--disable-catch-all` is given. It is not served.",
    "Add rules with hosts, or start without the flag.",
  ),
  ExternalNameRefused: error(
    "externalName is empty, is not a DNS name, or leads to loopback or link-local addresses. The route answers 503.",
    "Set spec.externalName to the DNS name of another host.",
    "reference",
  ),
  EndpointSliceNotServed: warning(
    "The addressType of a slice is neither IPv4 nor IPv6. The slice is skipped.",
    "Use IPv4 or IPv6, or a Service of type ExternalName.",
  ),
  EndpointPortInvalid: warning(
    "A port of endpoints is not between 1 and 65535. They are skipped.",
    "Write the port the pods listen on.",
  ),
  EndpointAddressInvalid: warning(
    "An address of an endpoint is not one. The endpoint is skipped.",
    "Write an IPv4 or IPv6 address.",
  ),
  MapUnused: warning(
    "No Ingress that is served has the backend a --map names.",
    "Name the namespace, Service and port as an Ingress does.",
    "reference",
  ),
};

const STREAMS: Codes = {
  StreamMapNotFound: warning(
    "The ConfigMap named by --tcp-services-configmap or --udp-services-configmap does not exist.",
    "Create it, or correct the flag.",
    "reference",
  ),
  StreamMapAmbiguous: warning(
    "Several ConfigMaps are called tcp-services or udp-services, none of them in the namespace ingress-nginx. None is served.",
    "Name the one that counts, with --tcp-services-configmap or --udp-services-configmap.",
    "conflict",
  ),
  StreamPortInvalid: error(
    "A key of the ConfigMap is no port. The entry is not served.",
    "Write the port that clients connect to.",
  ),
  StreamServiceInvalid: error(
    "A value of the ConfigMap names no port of a Service. The entry is not served.",
    "Write NAMESPACE/SERVICE:PORT, with :PROXY behind it where clients come with a PROXY header.",
  ),
  StreamProxyOverUdp: error("A UDP service asks for the PROXY protocol. The entry is not served.", "Remove :PROXY."),
  StreamPortReserved: error(
    "A TCP service asks for a port of the gateway's own. The entry is not served.",
    "Choose another port, or move the gateway's.",
    "conflict",
  ),
  ServicePortNotUdp: error(
    "A UDP service names a port of another protocol. The entry is not served.",
    "Name a port with protocol UDP.",
    "reference",
  ),
};

const PASSTHROUGH: Codes = {
  TlsPassedThrough: info(
    "An Ingress asks for ssl-passthrough: TLS connections for the host are handed on unopened.",
    "Remove the annotation if the gateway may open TLS.",
  ),
  PassthroughSecretUnused: info(
    "A TLS Secret is named for a host whose TLS connections are handed on unopened. It is not presented.",
    "Keep it if the pods use it, otherwise remove it.",
  ),
  PathBesidePassthrough: warning(
    "A path of a host with ssl-passthrough is not /. It is served over plain HTTP alone.",
    "Move the path to a host of its own, or let the Service of path / serve it.",
  ),
  HostPassedByOther: warning(
    "Another Ingress asks for ssl-passthrough on a host of this one, which is therefore served over plain HTTP alone.",
    "Move one of the two to another host, or remove the annotation there.",
    "conflict",
  ),
  PassthroughWithoutHost: warning(
    "ssl-passthrough is set for rules without a host. It has no effect.",
    "Name the host.",
  ),
  PassthroughWithoutRoot: error(
    "A host with ssl-passthrough has no path /, whose Service its TLS connections would go to. They are closed.",
    "Add path / to a rule for the host.",
  ),
  PassthroughUnprotected: error(
    "A host with ssl-passthrough has an annotation that protects, which TLS connections would pass by. They are closed.",
    "Remove one of the two annotations.",
  ),
};

const CERTIFICATES: Codes = {
  SecretNotFound: warning(
    "The TLS Secret does not exist. Its hosts get the default certificate.",
    "Create it with kubectl create secret tls.",
    "reference",
  ),
  CertificateBroken: error(
    "The TLS Secret has no usable certificate and key. Its hosts get the default certificate.",
    "Put a PEM chain in tls.crt and its key in tls.key.",
    "reference",
  ),
  SecretBrokenKeptLastGood: error(
    "The TLS Secret was good and is broken now. Its last good certificate stays in use until the process restarts.",
    "Correct tls.crt and tls.key.",
  ),
  CertificateDoesNotCoverHost: warning(
    "The certificate is for other names. The host gets the default certificate.",
    "Issue a certificate whose subjectAltName has the host.",
    "reference",
  ),
  CertificateConflict: warning(
    "An older Ingress names another Secret for this host. The message names both.",
    "Name one Secret for the host.",
    "conflict",
  ),
  TlsHostWithoutRule: warning(
    "A host of tls[].hosts is the host of no rule of the Ingress.",
    "Write the host of a rule, or remove it from tls.",
  ),
  TlsHostInvalid: warning("A host of tls[].hosts is not a host name.", "Write a DNS name."),
};

const ANNOTATIONS: Codes = {
  AnnotationInvalid: warning("The value is not one the annotation has. The default holds.", "Write a valid value."),
  AnnotationUnknown: warning(
    "There is no such annotation under this prefix. It has no effect.",
    "Correct the name, or remove the annotation.",
  ),
  AnnotationNotBuilt: {
    severities: ["error", "warning"],
    scope: "object",
    when: "The annotation is not built. Error: its routes answer 503. Warning: they are served without it. See [annotations](annotations.md).",
    remedy: "Remove the annotation if the routes may be served without it.",
  },
  AnnotationWithoutEffect: warning(
    "The annotation belongs to another, which is not there, or the Service is spoken to in plain text. The message says which.",
    "Remove the annotation.",
  ),
  ProtectionInvalid: error(
    "The annotation protects its routes, and its value is not one it has. They answer 503.",
    "Write a valid value.",
  ),
  ProtectionNotBuilt: error(
    "The annotation, or the key of the ConfigMap with the settings, protects routes and is not built. They answer 503.",
    "Remove it only if the routes may be open to everyone who reaches the gateway.",
  ),
  ProtectionUnknown: error(
    "The annotation, or the key of the ConfigMap with the settings, looks like one that protects routes, and none has this name. They answer 503.",
    "Correct the name, or remove it.",
  ),
  SnippetNotSupported: error(
    "The annotation, or the key of the ConfigMap with the settings, holds nginx directives, which are never run. Its routes answer 503.",
    "Remove the snippet and say what it did with other annotations or keys.",
  ),
  HostUnavailable: error(
    "An Ingress asks for a protection of this whole host that cannot be given, or for one that cannot be told from the rest, since paths of the host are regular expressions. All routes of the host answer 503. The message names it.",
    "Correct the annotation there, or remove it if the host may be served without it, or move this Ingress to another host.",
    "reference",
  ),
  CanaryNotBuilt: error(
    "The Ingress is a canary, which is not built. It gets no requests.",
    "Remove the canary, or set the annotation to false.",
  ),
  AppProtocolOverruled: info(
    "appProtocol of a Service port and the annotation backend-protocol disagree; the annotation decides.",
    "Make the two agree.",
  ),
  SecretOfOtherNamespace: error(
    "proxy-ssl-secret or auth-tls-secret names a Secret of another namespace. The routes answer 503; with auth-tls-secret, all routes of its hosts.",
    "Copy the Secret to the namespace of the Ingress.",
  ),
  AuthoritiesNotFound: error(
    "The Secret that auth-tls-secret names does not exist. All routes of the hosts answer 503.",
    "Create it with the authorities of the clients in ca.crt.",
    "reference",
  ),
  AuthoritiesBroken: error(
    "The Secret that auth-tls-secret names has no ca.crt, or a ca.crt or ca.crl that cannot be read. All routes of the hosts answer 503.",
    "Put the authorities in ca.crt, and what they have revoked in ca.crl, in PEM.",
    "reference",
  ),
  ClientCertificatesConflict: error(
    "Another Ingress, which comes first, asks the clients of the same host for other certificates. The routes of this Ingress there answer 503.",
    "Write the same auth-tls annotations on both, or remove them from one.",
    "conflict",
  ),
  UpstreamSecretNotFound: error(
    "The Secret that proxy-ssl-secret names does not exist. The routes answer 503.",
    "Create it with ca.crt, tls.crt and tls.key.",
    "reference",
  ),
  UpstreamSecretBroken: error(
    "The Secret that proxy-ssl-secret names has no usable certificates, or no ca.crt and proxy-ssl-verify is on. The routes answer 503.",
    "Put authorities in ca.crt, and a client certificate with its key in tls.crt and tls.key, all in PEM.",
    "reference",
  ),
  UpstreamNotTls: error(
    "proxy-ssl-verify is on, and the Service is spoken to in plain text. The path answers 503.",
    "Set backend-protocol to HTTPS, or remove the annotation.",
  ),
  RequestBufferingBounded: info(
    "proxy-request-buffering is on: bodies up to 1m are received whole, in memory; larger ones are streamed, where ingress-nginx writes them to a disk.",
    "Nothing need be done. The annotation buffer-request of our own sets another size.",
  ),
  UpstreamNotVerified: info(
    "backend-protocol is HTTPS, GRPCS or AUTO_HTTP, or appProtocol of the Service port says https, or TLS of clients is handed on to the Service unopened, and the certificate of the upstream is not verified.",
    "Keep the upstream on a network you trust.",
  ),
};

/** Every code there is, by what it is about. test/docs.test.ts compares it with the source. */
const SETTINGS: Codes = {
  SettingsNotFound: warning(
    "The ConfigMap named by --configmap does not exist. All settings have their defaults.",
    "Create it, or correct the flag.",
    "reference",
  ),
  SettingInvalid: warning("A key has a value that is not one. The default holds.", "Write a valid value."),
  SettingUnknown: warning(
    "A key does not exist. It has no effect.",
    "Write the key that the remedy names, or remove it.",
  ),
  SettingNotBuilt: warning(
    "The key is known but not built, and changes what is served. It has no effect.",
    "Do what the remedy says, and remove the key.",
  ),
  SettingTakenAtStart: warning(
    "The key is a flag here. A gateway that runs cannot take it.",
    "Start with the flag that the remedy names.",
  ),
  SettingWithoutEffect: warning("The key is about another one that is not there, or not built.", "Remove the key."),
  SettingWithoutCounterpart: info("The key is about the insides of nginx.", "Nothing need be done."),
  AnnotationTooRisky: error(
    "An annotation is of a higher risk, as ingress-nginx rates it, than annotations-risk-level allows. The routes answer 503.",
    "Remove the annotation, or have the level raised.",
  ),
  AnnotationForbidden: error(
    "The value of an annotation contains a word of annotation-value-word-blocklist. The routes answer 503.",
    "Write it without the word, or remove the annotation.",
  ),
  EverybodyTrusted: warning(
    "use-forwarded-headers or use-proxy-protocol is true, and proxy-real-ip-cidr is everybody.",
    "Name your load balancers in proxy-real-ip-cidr.",
  ),
  RefusedInGeneral: error(
    "A key of the ConfigMap protects all routes, or all TCP and UDP services, and is not honoured. The routes of the Ingress answer 503, or the entry is not served.",
    "See the diagnostic of the key.",
    "reference",
  ),
};

export const DIAGNOSTIC_CODES: Readonly<Record<string, Codes>> = {
  "Files and folders": FILES,
  "The cluster": CLUSTER,
  "Objects and fields": OBJECTS,
  "Ingress classes": CLASSES,
  "Rules, hosts and paths": RULES,
  "Backends, Services and endpoints": BACKENDS,
  "TCP and UDP services": STREAMS,
  "TLS passthrough": PASSTHROUGH,
  Certificates: CERTIFICATES,
  Annotations: ANNOTATIONS,
  "Settings of the whole gateway": SETTINGS,
};

function error(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["error"], scope, when, remedy };
}

function warning(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["warning"], scope, when, remedy };
}

function info(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["info"], scope, when, remedy };
}
