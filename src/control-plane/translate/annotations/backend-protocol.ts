import type { Annotation } from "./annotation.ts";

const PROTOCOLS = ["HTTP", "HTTPS", "GRPC", "GRPCS", "FCGI", "AUTO_HTTP"] as const;

export type BackendProtocol = (typeof PROTOCOLS)[number];

export const backendProtocol: Annotation<BackendProtocol> = {
  name: "backend-protocol",
  fallback: "HTTP",
  docs: "How the Service is spoken to: HTTP or HTTPS (in any case). GRPC, GRPCS, FCGI and AUTO_HTTP are not built yet and answer 503.",
  expected: PROTOCOLS.join(", "),
  parse: (text) => PROTOCOLS.find((protocol) => protocol === text.toUpperCase()) ?? null,
};
