import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { listMembers } from "../http/grammar.ts";

/** What is worth compressing. */
export interface Compressible {
  /** Media types in lower case without parameters; "*" is every type. */
  readonly types: ReadonlySet<string>;
  /** Bytes; a response that is known to be shorter is left alone. */
  readonly minLength: number;
}

/** `gzip-types` of ingress-nginx, and text/html, which nginx has always. */
export const DEFAULT_TYPES: readonly string[] = `
    application/atom+xml application/javascript application/json application/rss+xml application/vnd.ms-fontobject
    application/x-font-ttf application/x-javascript application/x-web-app-manifest+json application/xhtml+xml
    application/xml font/opentype image/svg+xml image/x-icon text/css text/html text/javascript text/plain
    text/x-component
`
  .trim()
  .split(/\s+/);

/** `gzip-min-length` of ingress-nginx, in bytes. */
export const DEFAULT_MIN_LENGTH = 256;

/** Statuses whose content is none, or a part of something (RFC 9110 §15). */
const WITHOUT_OR_PARTIAL = new Set([204, 205, 206, 304]);

/** Digests of the content as it is (RFC 9530, RFC 1864): compressed, it would not have them. */
const DIGESTS = ["content-digest", "repr-digest", "digest", "content-md5"];

/** Whether a message says what its content amounts to as it is. */
export function hasDigest(headers: GatewayHeaders): boolean {
  return DIGESTS.some((name) => headers.has(name));
}

/** Whether this response may be compressed for a client that accepts it: the same for all clients, as caches must be told of it. */
export function isCompressible(request: GatewayRequest, response: GatewayResponse, worth: Compressible): boolean {
  const { status, headers } = response;
  if (status < 200 || WITHOUT_OR_PARTIAL.has(status)) return false;
  if (request.upgrade !== null || response.tunnel !== undefined) return false;
  if (headers.has("content-encoding") || headers.has("content-range")) return false;
  if (!hasType(headers, worth.types)) return false;
  if (contentLength(request, response) < Math.max(1, worth.minLength)) return false;
  return !forbidsTransforming(headers) && !hasDigest(headers);
}

/** RFC 9111 §5.2.1.6, §5.2.2.6: `no-transform`, of a request as of a response. */
export function forbidsTransforming(headers: GatewayHeaders): boolean {
  return headers.all("cache-control").flatMap(listMembers).includes("no-transform");
}

function hasType(headers: GatewayHeaders, types: ReadonlySet<string>): boolean {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  const essence = type.trim().toLowerCase();
  // gRPC has messages and a compression of its own, and nobody expects another around it.
  if (essence === "" || essence.startsWith("application/grpc")) return false;
  return types.has(essence) || types.has("*");
}

/** Infinity where it is not known. Of HEAD what it would be with GET. */
function contentLength({ method }: GatewayRequest, { headers, body }: GatewayResponse): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  const told = headers.get("content-length");
  if (method === "HEAD") return told === undefined ? Infinity : Number(told);
  return body === null ? 0 : (body.length ?? Infinity);
}
