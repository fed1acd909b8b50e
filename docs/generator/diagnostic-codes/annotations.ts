// Codes about annotations, and the settings that are their defaults.
import { type Codes, error, info, warning } from "./code.ts";

export const ANNOTATIONS: Codes = {
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

export const SETTINGS: Codes = {
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
