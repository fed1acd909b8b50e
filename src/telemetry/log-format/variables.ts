import { ingressOf } from "../ingress-of.ts";
import { hostname } from "node:os";
import { type Attempt, type Exchange } from "../../data-plane/exchange/exchange.ts";
import { FAILURES } from "../../data-plane/exchange/failure.ts";
import { requestSize, responseSize } from "../message-sizes.ts";
import { readTraceParent } from "../tracing/trace-parent.ts";
import { serviceOf } from "../upstream-name.ts";
import { wallTime } from "../wall-time.ts";
import { commonTime, isoTime, seconds } from "./log-time.ts";

/** What a variable stands for in the line of an exchange; null where nginx says that it is not there. */
export type Variable = (exchange: Exchange) => string | number | null;

const clientAddress: Variable = ({ request }) => request.clientAddress;
const id: Variable = (exchange) => exchange.id;
const query: Variable = ({ request }) => queryOf(request.target);
const host: Variable = ({ request }) => request.host;
const rawHost: Variable = ({ request }) => request.headers.get("host") ?? request.authority;
const method: Variable = ({ request }) => (request.method === "-" ? null : request.method);
const scheme: Variable = ({ request }) => request.scheme;

/** The variables of nginx and of ingress-nginx that mean something here; those with a name of the client's in theirs are in `named`. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  args: query,
  best_http_host: rawHost,
  body_bytes_sent: ({ record }) => record.responseBytes,
  bytes_sent: responseSize,
  content_length: ({ request }) => request.headers.get("content-length") ?? null,
  content_type: ({ request }) => request.headers.get("content-type") ?? null,
  failure: ({ record }) => record.failure,
  host,
  hostname: () => hostname(),
  https: ({ request }) => (request.scheme === "https" ? "on" : ""),
  ingress_name: ({ record }) => ingressOf(record.route)?.name ?? "",
  is_args: ({ request }) => (request.target.includes("?") ? "?" : ""),
  location_path: ({ record }) => record.route?.match.path ?? "",
  msec: ({ record }) => seconds(wallTime(record.finishedAt)),
  namespace: ({ record }) => ingressOf(record.route)?.namespace ?? "",
  opentelemetry_trace_id: ({ request }) => readTraceParent(request.headers)?.traceId ?? "",
  pass_access_scheme: scheme,
  pass_server_port: ({ listenerPort }) => listenerPort,
  pid: () => process.pid,
  proxy_alternative_upstream_name: () => "",
  proxy_protocol_addr: clientAddress,
  proxy_upstream_name: upstreamName,
  query_string: query,
  remote_addr: clientAddress,
  remote_user: ({ request }) => userOf(request.headers.get("authorization")),
  req_id: id,
  request: ({ request }) =>
    request.method === "-" ? null : `${request.method} ${request.target} ${protocolOf(request.httpVersion)}`,
  request_completion: ({ record }) => (record.failure === null ? "OK" : ""),
  request_id: id,
  request_length: requestSize,
  request_method: method,
  request_time: ({ record }) => seconds(record.finishedAt - record.startedAt),
  request_uri: ({ request }) => (request.target === "-" ? null : request.target),
  scheme,
  server_name: ({ record }) => record.virtualHost || "_",
  server_port: ({ listenerPort }) => listenerPort,
  server_protocol: ({ request }) => protocolOf(request.httpVersion),
  service_name: (exchange) => service(exchange)?.service ?? "",
  service_port: (exchange) => service(exchange)?.port ?? "",
  status: ({ record }) => String(record.status).padStart(3, "0"),
  the_real_ip: clientAddress,
  time_iso8601: ({ record }) => isoTime(wallTime(record.finishedAt)),
  time_local: ({ record }) => commonTime(wallTime(record.finishedAt)),
  upstream_addr: ofAttempts(({ endpoint }) => endpoint),
  upstream_connect_time: ofAttempts(({ connectTime, reused }) => (reused ? "0.000" : secondsOrNone(connectTime))),
  upstream_header_time: ofAttempts(({ headTime }) => secondsOrNone(headTime)),
  upstream_response_length: ofAttempts(({ headTime }, { record }) =>
    headTime === null ? "0" : `${record.responseBytes}`,
  ),
  upstream_response_time: ofAttempts(({ startedAt }, { record }, next) =>
    seconds((next?.startedAt ?? record.finishedAt) - startedAt),
  ),
  upstream_status: ofAttempts(statusOf),
  uri: ({ request }) => request.path,
};

/** Variables that are named after what the client sent: `$http_user_agent`, `$arg_page`, `$cookie_session`. */
export const PREFIXES: Readonly<Record<string, (name: string) => Variable>> = {
  arg_: (name) => (exchange) => argument(queryOf(exchange.request.target) ?? "", name),
  cookie_: (name) => (exchange) => cookie(exchange.request.headers.get("cookie") ?? "", name),
  http_: (name) => {
    const field = name.toLowerCase().replaceAll("_", "-");
    return (exchange) => exchange.request.headers.get(field) ?? null;
  },
};

/** One value an attempt, with commas between, as nginx has them; null without any. */
function ofAttempts(value: (attempt: Attempt, exchange: Exchange, next: Attempt | undefined) => string): Variable {
  return (exchange) => {
    const { attempts } = exchange.record;
    if (attempts.length === 0) return null;
    return attempts.map((attempt, i) => value(attempt, exchange, attempts[i + 1])).join(", ");
  };
}

/** What nginx would have made of an attempt that failed. */
function statusOf({ status, failure }: Attempt): string {
  if (status !== null) return String(status);
  return failure === null ? "-" : String(FAILURES[failure].status);
}

function secondsOrNone(milliseconds: number | null): string {
  return milliseconds === null ? "-" : seconds(milliseconds);
}

function service({ record }: Exchange): ReturnType<typeof serviceOf> {
  const action = record.route?.action;
  return serviceOf(record.upstream === "" && action?.kind === "forward" ? action.upstream : record.upstream);
}

function upstreamName(exchange: Exchange): string {
  const found = service(exchange);
  return found === null ? "-" : `${found.namespace}-${found.service}-${found.port}`;
}

function queryOf(target: string): string | null {
  const at = target.indexOf("?");
  return at === -1 ? null : target.slice(at + 1);
}

function protocolOf(version: string): string {
  return version === "2" ? "HTTP/2.0" : `HTTP/${version}`;
}

/** The name of Basic credentials (RFC 7617); never the password. */
function userOf(authorization: string | undefined): string | null {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const [user = ""] = Buffer.from(encoded, "base64").toString("latin1").split(":", 1);
  return user === "" ? null : user;
}

function argument(query: string, name: string): string | null {
  const pair = query.split("&").find((part) => part.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}

function cookie(field: string, name: string): string | null {
  const pair = field.split(";").find((part) => part.trimStart().startsWith(`${name}=`));
  return pair === undefined ? null : pair.trim().slice(name.length + 1);
}
