import { ANNOTATIONS, SETTINGS } from "./diagnostic-codes/annotations.ts";
import type { Codes } from "./diagnostic-codes/code.ts";
import { CERTIFICATES, PASSTHROUGH, STREAMS } from "./diagnostic-codes/connections.ts";
import { BACKENDS, CLASSES, RULES } from "./diagnostic-codes/ingresses.ts";
import { CLUSTER, FILES, OBJECTS } from "./diagnostic-codes/objects.ts";

/** Every code there is, by what it is about. test/docs.test.ts compares it with the source. */
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
