// Traces of requests, for a collector of OpenTelemetry.
// In: exchanges that begin and end. Out: a `traceparent` for the upstream, and one span a request, sent by OTLP over HTTP as JSON.
// Never: a query string or a field of a client but User-Agent in a span; a request that waits for the collector.
import type { Exchange } from "../../data-plane/exchange/exchange.ts";
import { requestId } from "../../data-plane/http/request-id.ts";
import { clip } from "../clip.ts";
import { serviceOf } from "../upstream-name.ts";
import { wallTime } from "../wall-time.ts";
import { type Attributes, type OtlpSpan, otlpSpan } from "./otlp.ts";
import { SpanExporter } from "./span-exporter.ts";
import { readTraceParent, type TraceParent, writeTraceParent } from "./trace-parent.ts";

/** Where traces go, as plain data: a worker is told it. */
export interface TracingSettings {
  /** Of the collector, without `/v1/traces`: "http://collector:4318". */
  readonly endpoint: string;
  /** What we are called in traces. */
  readonly serviceName: string;
  readonly version: string;
  /** Of requests whose client says nothing of a trace, how many are traced: 0 to 1. What a client says counts as it is. */
  readonly ratio: number;
}

/** A request that is traced, from when it began. */
interface Begun {
  readonly self: TraceParent;
  /** "" for the first span of a trace. */
  readonly parent: string;
}

export class Tracer {
  readonly #ratio: number;
  readonly #exporter: SpanExporter;
  readonly #begun = new WeakMap<Exchange, Begun>();

  /** @param onProblem what the operator should hear of: a collector that takes nothing */
  constructor({ endpoint, serviceName, version, ratio }: TracingSettings, onProblem: (message: string) => void) {
    this.#ratio = ratio;
    const resource = { "service.name": serviceName, "service.version": version };
    this.#exporter = new SpanExporter({ endpoint, resource, onProblem });
  }

  /** To be called when an exchange begins: what the upstream will see of a trace is settled here. */
  readonly started = (exchange: Exchange): void => {
    const { headers } = exchange.request;
    const from = readTraceParent(headers);
    // Somebody before us has decided against it: all that is to be done is to pass that on.
    if (from !== null && !from.sampled) return;
    const sampled = from !== null || Math.random() < this.#ratio;
    const self = { traceId: from?.traceId ?? requestId(undefined), spanId: requestId(undefined).slice(0, 16), sampled };
    headers.set("traceparent", writeTraceParent(self));
    // W3C Trace Context §3.3: without a valid parent it means nothing.
    if (from === null) headers.delete("tracestate");
    if (sampled) this.#begun.set(exchange, { self, parent: from?.spanId ?? "" });
  };

  /** To be called when it is over. */
  readonly finished = (exchange: Exchange): void => {
    const begun = this.#begun.get(exchange);
    if (begun !== undefined) this.#exporter.add(spanOf(exchange, begun));
  };

  /** Sends what is left, as far as the collector takes it within a second. */
  close(): Promise<void> {
    return this.#exporter.close();
  }
}

/** Attributes by the semantic conventions of OpenTelemetry for HTTP servers. */
function spanOf({ request, record, id }: Exchange, { self, parent }: Begun): OtlpSpan {
  const { route, attempts } = record;
  const begin = wallTime(record.startedAt);
  const upstream = serviceOf(record.upstream);
  const attributes: Attributes = {
    "http.request.method": request.method,
    "http.response.status_code": record.status,
    "http.route": route?.match.path,
    "url.scheme": request.scheme,
    "url.path": clip(request.target.split("?", 1)[0] ?? "", 1024),
    "server.address": request.host,
    "client.address": request.clientAddress,
    "network.protocol.version": request.httpVersion,
    "user_agent.original": clipped(request.headers.get("user-agent")),
    "http.request.body.size": record.requestBytes,
    "http.response.body.size": record.responseBytes,
    "error.type": record.failure ?? undefined,
    "ts_ingress.request_id": clip(id, 128),
    "ts_ingress.ingress": route === null ? undefined : `${route.origin.namespace}/${route.origin.name}`,
    "ts_ingress.service": upstream === null ? undefined : `${upstream.namespace}/${upstream.service}`,
    "ts_ingress.endpoint": attempts.at(-1)?.endpoint,
    "ts_ingress.attempts": attempts.length,
  };
  return otlpSpan({
    traceId: self.traceId,
    spanId: self.spanId,
    parent,
    name: route === null ? request.method : `${request.method} ${route.match.path}`,
    begin,
    end: begin + (record.finishedAt - record.startedAt),
    attributes,
    // A server's span is in error where the server is: not for what a client did wrong.
    failed: record.status >= 500 || record.status === 0,
  });
}

function clipped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : clip(text, 256);
}
