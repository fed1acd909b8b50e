// The access log: what is said of a request once it is over.
// In: a finished exchange. Out: one line, for eyes or as JSON.
// Never: a query string (it may carry secrets), a header other than User-Agent and Referer, a line break from outside.
import { ingressOf } from "./ingress-of.ts";
import type { Attempt, Exchange } from "../data-plane/exchange/exchange.ts";
import { serviceOf } from "./upstream-name.ts";
import { PIECE_BYTES } from "./line-writer.ts";
import { clip } from "./clip.ts";
import { readTraceParent } from "./tracing/trace-parent.ts";
import { wallTime } from "./wall-time.ts";

export type AccessLogFormat = (exchange: Exchange) => string;

/** How a piece of the line is coloured; the identity where there is no terminal. */
export type Tint = (tone: "good" | "moved" | "bad" | "worse" | "faint", text: string) => string;

/** For eyes: `12:03:04.123 GET shop.example.com/cart 200 shop/web 10.0.0.7:8080 12.3ms (upstream 11.8ms) 512B`. */
export function prettyLine(exchange: Exchange, tint: Tint = (_tone, text) => text): string {
  const { request, record } = exchange;
  const last = record.attempts.at(-1);
  const status = record.status === 0 ? "---" : String(record.status);
  const tries = record.attempts.length > 1 ? ` (try ${record.attempts.length})` : "";
  const upstreamTime = upstreamDuration(record.attempts);
  const parts = [
    tint("faint", localTime(new Date(wallTime(record.startedAt)))),
    clip(request.method || "-", 32),
    clip(request.host + pathOf(request.target), 1024),
    tint(toneOf(record.status), status),
    record.route === null ? "no route" : `${record.route.origin.namespace}/${record.route.origin.name}`,
    last === undefined ? "-" : last.endpoint + tries,
    `${(record.finishedAt - record.startedAt).toFixed(1)}ms`,
    tint("faint", upstreamTime === null ? "(upstream -)" : `(upstream ${upstreamTime.toFixed(1)}ms)`),
    `${record.responseBytes}B`,
  ];
  if (record.tunnelled) parts.push("tunnel");
  if (record.failure !== null) parts.push(tint("worse", clip(`${record.failure}: ${record.failureDetail}`, 1024)));
  return parts.join(" ");
}

/** For machines: one JSON object, its names as log shippers for ingress gateways expect them. Times are seconds, as nginx counts them. */
export function jsonLine(exchange: Exchange): string {
  const line = JSON.stringify(facts(exchange, 1024));
  // A line must fit one piece of the line writer whatever a client sends, or it would be cut in the middle of the JSON.
  return Buffer.byteLength(line) < PIECE_BYTES ? line : JSON.stringify(facts(exchange, 100));
}

/** @param length of a text from outside, in UTF-16 units. */
function facts({ id, request, record }: Exchange, length: number): object {
  const upstream = serviceOf(record.upstream);
  return {
    time: new Date(wallTime(record.startedAt)).toISOString(),
    remote_addr: request.clientAddress,
    method: clip(request.method, 32),
    host: clip(request.host, Math.min(length, 255)),
    path: clip(pathOf(request.target), length),
    protocol: `HTTP/${request.httpVersion}`,
    scheme: request.scheme,
    status: record.status,
    bytes_in: record.requestBytes,
    bytes_out: record.responseBytes,
    duration: seconds(record.finishedAt - record.startedAt),
    upstream: upstreamFacts(record.attempts),
    namespace: ingressOf(record.route)?.namespace ?? null,
    ingress: ingressOf(record.route)?.name ?? null,
    service: upstream?.service ?? null,
    service_port: upstream?.port ?? null,
    request_id: clip(id, Math.min(length, 128)),
    trace_id: readTraceParent(request.headers)?.traceId ?? null,
    user_agent: clipped(request.headers.get("user-agent"), Math.min(length, 256)),
    referer: clipped(request.headers.get("referer")?.split("?")[0], Math.min(length, 256)),
    flags: [...(record.failure === null ? [] : [record.failure]), ...(record.tunnelled ? ["tunnel"] : [])],
    detail: record.failure === null ? null : clip(record.failureDetail, Math.min(length, 512)),
  };
}

function upstreamFacts(attempts: readonly Attempt[]): object | null {
  const last = attempts.at(-1);
  if (last === undefined) return null;
  const duration = upstreamDuration(attempts);
  return {
    addr: last.endpoint,
    status: last.status,
    duration: duration === null ? null : seconds(duration),
    attempts: attempts.length,
  };
}

/** Milliseconds until the head of the answer, of the last attempt; null when none came. */
function upstreamDuration(attempts: readonly Attempt[]): number | null {
  return attempts.at(-1)?.headTime ?? null;
}

function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}

function clipped(text: string | undefined, length: number): string | null {
  return text === undefined ? null : clip(text, length);
}

function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toFixed(6));
}

function localTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

function toneOf(status: number): "good" | "moved" | "bad" | "worse" {
  if (status === 0 || status >= 500) return "worse";
  if (status >= 400) return "bad";
  return status >= 300 ? "moved" : "good";
}
