import type { HttpProtocol } from "../../snapshot/upstream.ts";

/** Standard names of Kubernetes (KEP-3726), which are compared as they are. */
const PREFIXED: Readonly<Record<string, HttpProtocol>> = {
  "kubernetes.io/h2c": "h2c",
  "kubernetes.io/ws": "http",
  "kubernetes.io/wss": "https",
};

/** Names without a prefix are those of IANA, which have no case (RFC 6335 §5.1); "grpc" is used like one. */
const PLAIN: Readonly<Record<string, HttpProtocol>> = { http: "http", https: "https", grpc: "h2c" };

/** What `appProtocol` of a Service port says of how it is spoken to; null where it says nothing that is known here. */
export function readAppProtocol(appProtocol: string | undefined): HttpProtocol | null {
  if (appProtocol === undefined) return null;
  const [table, name] = appProtocol.includes("/") ? [PREFIXED, appProtocol] : [PLAIN, appProtocol.toLowerCase()];
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}
