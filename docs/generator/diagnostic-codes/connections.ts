// Codes about what comes before a request: TCP and UDP services, TLS.
import { type Codes, error, info, warning } from "./code.ts";

export const STREAMS: Codes = {
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

export const PASSTHROUGH: Codes = {
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

export const CERTIFICATES: Codes = {
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
