import { ingressOf } from "../ingress-of.ts";
import type { Route } from "../../snapshot/route.ts";
import { serviceOf } from "../upstream-name.ts";
import type { MetricName, Registry } from "./registry.ts";
import type { MeterSettings } from "./settings.ts";

/** What the series of a request go by. */
export interface RequestKind {
  readonly route: Route | null;
  /** See ExchangeRecord. */
  readonly virtualHost: string;
  /** The host that ingress-nginx's metrics name; null: they leave this request out. */
  readonly host: string | null;
  readonly method: string;
  readonly status: number;
  /** See ExchangeRecord. */
  readonly upstream: string;
}

/** The numbers that a request of one kind changes. */
export interface RequestSeries {
  readonly method: string;
  readonly status: number;
  readonly upstream: string;
  readonly requests: Float64Array;
  readonly duration: Float64Array;
  readonly upstreamDuration: Float64Array;
  readonly headerDuration: Float64Array;
  readonly connectDuration: Float64Array;
  readonly requestBytes: Float64Array;
  readonly responseBytes: Float64Array;
  readonly ingressNginx: IngressNginxSeries | null;
}

/** The same for the metrics of ingress-nginx. */
export interface IngressNginxSeries {
  readonly requests: Float64Array;
  readonly requestDuration: Float64Array;
  readonly responseDuration: Float64Array;
  readonly headerDuration: Float64Array;
  readonly connectDuration: Float64Array;
  readonly requestSize: Float64Array;
  readonly responseSize: Float64Array;
  readonly bytesSent: Float64Array;
}

/** Finds or makes the series of a kind of request. This builds texts: to be asked once a kind. */
export function findSeries(registry: Registry, settings: MeterSettings, kind: RequestKind): RequestSeries {
  const { route, virtualHost, method, status, upstream } = kind;
  const { namespace = "", name: ingress = "" } = ingressOf(route) ?? {};
  const whom = [namespace, ingress, serviceNameOf(kind)];
  const at = (name: MetricName, labels: readonly string[]): Float64Array => registry.family(name).at(labels).numbers;
  return {
    method,
    status,
    upstream,
    requests: at("ts_ingress_requests_total", [
      virtualHost,
      ...whom,
      route?.match.path ?? "",
      method,
      statusText(status),
    ]),
    duration: at("ts_ingress_request_duration_seconds", [...whom, statusClass(status)]),
    upstreamDuration: at("ts_ingress_upstream_duration_seconds", whom),
    headerDuration: at("ts_ingress_upstream_header_duration_seconds", whom),
    connectDuration: at("ts_ingress_upstream_connect_duration_seconds", whom),
    requestBytes: at("ts_ingress_request_bytes_total", whom),
    responseBytes: at("ts_ingress_response_bytes_total", whom),
    ingressNginx: ingressNginxSeries(at, settings, kind, whom),
  };
}

function ingressNginxSeries(
  at: (name: MetricName, labels: readonly string[]) => Float64Array,
  { ingressNginx }: MeterSettings,
  { route, host, method, status }: RequestKind,
  whom: readonly string[],
): IngressNginxSeries | null {
  if (ingressNginx === null || host === null) return null;
  const { statusClasses, perHost } = ingressNginx;
  const shown = statusClasses ? statusClass(status) : statusText(status);
  const labels = [shown, method, route?.match.path ?? "", ...whom, "", ...(perHost ? [host] : [])];
  return {
    requests: at("nginx_ingress_controller_requests", labels),
    requestDuration: at("nginx_ingress_controller_request_duration_seconds", labels),
    responseDuration: at("nginx_ingress_controller_response_duration_seconds", labels),
    headerDuration: at("nginx_ingress_controller_header_duration_seconds", labels),
    connectDuration: at("nginx_ingress_controller_connect_duration_seconds", labels),
    requestSize: at("nginx_ingress_controller_request_size", labels),
    responseSize: at("nginx_ingress_controller_response_size", labels),
    bytesSent: at("nginx_ingress_controller_bytes_sent", labels),
  };
}

/** The Service that was asked, or would have been. */
function serviceNameOf({ route, upstream }: RequestKind): string {
  const action = route?.action;
  const name = upstream === "" && action?.kind === "forward" ? action.upstream : upstream;
  return serviceOf(name)?.service ?? "";
}

/** As nginx writes it: 000 for a client that got none. */
function statusText(status: number): string {
  return String(status).padStart(3, "0");
}

function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
