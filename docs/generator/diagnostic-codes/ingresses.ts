// Codes about what an Ingress says of itself.
import { type Codes, error, info, warning } from "./code.ts";

export const CLASSES: Codes = {
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

export const RULES: Codes = {
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
  PathLooksLikePattern: warning(
    "A path looks like a pattern. It is matched literally.",
    "Write the literal path, or make it an expression by the annotation use-regex.",
  ),
  PathPatternInvalid: error(
    "A path is to be a regular expression, and is none in the syntax of RE2 of at most 1,024 characters. What begins as it does answers 503.",
    "Write it without look-around, back references and possessive quantifiers.",
  ),
  HostMatchedByPatterns: info(
    "Another Ingress has regular expressions as paths on this host. All paths of the host are expressions then, as in ingress-nginx: in any case, the longest first, Exact ones too.",
    "Move the expressions to a host of their own where that is not meant.",
    "conflict",
  ),
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

export const BACKENDS: Codes = {
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
  ServicePortByTarget: warning(
    "A backend names the targetPort of a Service in place of its port. It is served, as in ingress-nginx.",
    "Name the port.",
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
    "Put a PEM chain in tls.crt and its key in tls.key of the Secret, of whatever type.",
    "reference",
  ),
  DefaultBackendNotServed: warning(
    "`--default-backend-service`, or the annotation `default-backend`, names a Service that does not exist, has no endpoints or cannot be reached. What matches no rule is answered 404; what is for Services without endpoints, 503.",
    "Create it, or start its pods.",
    "reference",
  ),
  DefaultBackendServes: info(
    "A Service has no endpoints or does not exist, and the Service of the annotation `default-backend` serves its requests.",
    "Start its pods.",
    "reference",
  ),
  CatchAllDisabled: error(
    "An Ingress is a defaultBackend without rules, and `--disable-catch-all` is given. It is not served.",
    "Add rules with hosts, or start without the flag.",
  ),
  ExternalNameRefused: error(
    "externalName is empty, is not a DNS name, or leads to loopback or link-local addresses, or to the metadata service of a cloud. The route answers 503.",
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
  EndpointAddressRefused: warning(
    "An endpoint is at a link-local address, or at the metadata service of a cloud. The endpoint is skipped.",
    "Write the address of a pod or of a server.",
  ),
  MapUnused: warning(
    "No Ingress that is served has the backend a --map names.",
    "Name the namespace, Service and port as an Ingress does.",
    "reference",
  ),
};
