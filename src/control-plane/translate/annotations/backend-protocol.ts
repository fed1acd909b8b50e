import type { HttpProtocol } from "../../../snapshot/upstream.ts";
import type { Annotation } from "./annotation.ts";

const PROTOCOLS = ["HTTP", "HTTPS", "GRPC", "GRPCS", "FCGI", "AUTO_HTTP"] as const;

export const BUILT_PROTOCOLS = "HTTP, HTTPS, GRPC, GRPCS or AUTO_HTTP";

export type BackendProtocol = (typeof PROTOCOLS)[number];

/** null where it is not written: then the Service port's appProtocol decides. */
export const backendProtocol: Annotation<BackendProtocol | null> = {
  name: "backend-protocol",
  fallback: null,
  docs: "How the Service is spoken to (in any case): HTTP, HTTPS, GRPC (HTTP/2 without TLS), GRPCS (HTTP/2 over TLS), or AUTO_HTTP (HTTP or HTTPS, as the client came). FCGI is not built and answers 503. Without it, appProtocol of the Service port decides: http, https, grpc, kubernetes.io/h2c, kubernetes.io/ws, kubernetes.io/wss; any other, and none, is HTTP.",
  expected: PROTOCOLS.join(", "),
  parse: (text) => PROTOCOLS.find((protocol) => protocol === text.toUpperCase()) ?? null,
};

/** How an Ingress asks its Services to be spoken to; `auto`: as the client came; null: as the Service port says. */
export type AskedProtocol = HttpProtocol | "auto" | null;

/** What an annotation asks for that is built. */
export function askedProtocol(protocol: Exclude<BackendProtocol, "FCGI"> | null): AskedProtocol {
  return protocol === null ? null : ASKED[protocol];
}

const ASKED = { HTTP: "http", HTTPS: "https", GRPC: "h2c", GRPCS: "h2", AUTO_HTTP: "auto" } as const;
