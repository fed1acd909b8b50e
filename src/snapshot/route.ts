import type { ClientCertificates } from "./client-certificates.ts";
import type { JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";

/**
 * A path condition of Ingress v1 (`HTTPIngressPath.path`, `.pathType`), matched on the normal form of the request path; `path` is in that form
 * itself (normal-path.ts), and never decoded again: what a manifest writes as "/a%2Fb" is "/a/b" here, and "/a%252Fb" is "/a%2Fb".
 * `prefix` is element-wise: `/aaa/bb` matches `/aaa/bb` and `/aaa/bb/cc`, not `/aaa/bbb`; a trailing slash in the rule is ignored.
 * `pattern` is a regular expression as `compilePath` reads it, in octets as they are written: the path must begin with what it matches. Where one
 * route of a host is of this kind all are, as in ingress-nginx, and the first that matches has the request.
 */
export type PathMatch =
  | { readonly kind: "exact"; readonly path: string }
  | { readonly kind: "prefix"; readonly path: string }
  | { readonly kind: "pattern"; readonly path: string };

/** Send the request to an upstream, named as in `RoutingSnapshot.upstreams`. */
export interface ForwardAction {
  readonly kind: "forward";
  readonly upstream: string;
  /** Where requests that came by https go instead; absent where that is no different. */
  readonly upstreamOfHttps?: string;
  /** Milliseconds; each overrides the data plane's own default. `read` and `send` are idle times, as ingress-nginx has them. */
  readonly timeouts?: { readonly connect?: number; readonly send?: number; readonly read?: number };
  /** Why it is this upstream and not the one that is asked for, which has no endpoints; absent where it is. For `explain`. */
  readonly insteadOf?: string;
}

/** Answer 503: the route exists but must not or cannot be served (a protection that is not honoured, a backend that does not exist). */
export interface UnavailableAction {
  readonly kind: "unavailable";
  /** For logs and `explain`, never for the client. Names the object and the remedy. */
  readonly why: string;
  /** Further reasons, each as `why`, in the order in which they hold; absent for none. */
  readonly others?: readonly string[];
}

export type RouteAction = ForwardAction | UnavailableAction;

/** A middleware is a name and data, never a function: so a snapshot can be hashed, printed and sent. */
export interface MiddlewareSettings {
  readonly use: string;
  readonly options: JsonObject;
}

/** What one path of one rule says: match, then middleware, then action. */
export interface Route {
  /** Unique in the snapshot, and stable while the object keeps its shape: "shop/web rules[0].paths[1]". */
  readonly name: string;
  readonly origin: Origin;
  readonly match: PathMatch;
  readonly middleware: readonly MiddlewareSettings[];
  readonly action: RouteAction;
  /** Largest request body in bytes; absent means no limit. */
  readonly requestBodyLimit?: number;
}

/** TLS connections whose server name (SNI) is a host's are not opened here: their octets go to an endpoint as they are. */
export interface Passthrough {
  /** The Ingress that asks for it. */
  readonly origin: Origin;
  /** The upstream has protocol "tcp". Unavailable: connections are closed, for they must not be opened here in any case. */
  readonly action: Pick<ForwardAction, "kind" | "upstream"> | UnavailableAction;
}

/** All routes of one host name. */
export interface VirtualHost {
  /** Lower case: "shop.example.com", "*.example.com" (exactly one label), or "*" for rules without host. */
  readonly host: string;
  /** Patterns in the order in which they are tried; others in no particular order: the route table orders them by Ingress v1. No two have the same match. */
  readonly routes: readonly Route[];
  /** Serves what no route of this host matches; on "*" also what no route of any host matches. */
  readonly defaultRoute?: Route;
  /** Absent where TLS is opened here. Not on "*". */
  readonly passthrough?: Passthrough;
  /** Absent where the handshake asks for no certificate. */
  readonly clientCertificates?: ClientCertificates;
}
