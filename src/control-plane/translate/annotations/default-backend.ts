import type { Annotation } from "./annotation.ts";

/** RFC 1035, section 2.3.1, in lower case: what the API server admits as the name of a Service. */
const LABEL = /^(?=.{1,63}$)[a-z](?:[-a-z0-9]*[a-z0-9])?$/;

/** null where none is asked for. */
export const defaultBackend: Annotation<string | null> = {
  name: "default-backend",
  fallback: null,
  docs: "Service of the Ingress's namespace whose first port serves requests while the Service of their path has no endpoints, or does not exist. It is told what it stands in for: X-Code (503), X-Format (Accept), X-Namespace, X-Ingress-Name, X-Service-Name, X-Service-Port.",
  expected: "the name of a Service",
  whenInvalid: "requests for Services without endpoints are answered 503",
  parse: (text) => (LABEL.test(text) ? text : null),
};
