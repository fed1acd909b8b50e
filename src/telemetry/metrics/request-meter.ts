// Measures requests: what one that is over changes in the metrics.
// In: finished exchanges. Out: numbers in arrays, found without building a text.
// Never: a series per URL, per client, or per host that nobody named (but where it is asked for, and then bounded).
import type { Exchange } from "../../data-plane/exchange/exchange.ts";
import { type FailureName, FAILURES } from "../../data-plane/exchange/failure.ts";
import type { Route } from "../../snapshot/route.ts";
import { requestSize, responseSize } from "../message-sizes.ts";
import { serviceOf } from "../upstream-name.ts";
import { increase, observe } from "./family.ts";
import type { Registry } from "./registry.ts";
import { findSeries, type RequestSeries } from "./request-series.ts";
import type { MeterSettings } from "./settings.ts";

/** Requests of one route and one host, by what else they differ in: seldom more than a few. */
interface Kinds {
  /** That ingress-nginx's metrics name; null: they leave these requests out. */
  readonly host: string | null;
  readonly series: RequestSeries[];
}

/** The virtual host of rules without a host. */
const ANY = "*";
const OTHER = "other";

export class RequestMeter {
  readonly #registry: Registry;
  readonly #settings: MeterSettings;
  readonly #virtualHostFor: (host: string) => string | null;
  /** Of routes whose host is named: then the series are the route's. */
  #named = new WeakMap<Route, Kinds>();
  /** Of the others, and of requests without a route. */
  #unnamed = new Map<Route | null, Map<string | null, Kinds>>();
  #failures = new Map<FailureName, Float64Array>();

  /** @param virtualHostFor see RouteTable */
  constructor(registry: Registry, settings: MeterSettings, virtualHostFor: (host: string) => string | null) {
    this.#registry = registry;
    this.#settings = settings;
    this.#virtualHostFor = virtualHostFor;
  }

  /** The series were handed over: others are to be found. */
  forget(): void {
    this.#named = new WeakMap();
    this.#unnamed = new Map();
    this.#failures = new Map();
  }

  /** Counts an exchange that is over. */
  finished(exchange: Exchange): void {
    const { record } = exchange;
    const series = this.#seriesOf(exchange);
    const { ingressNginx } = series;
    const duration = (record.finishedAt - record.startedAt) / 1000;
    const { bounds } = this;
    increase(series.requests, 1);
    increase(series.requestBytes, record.requestBytes);
    increase(series.responseBytes, record.responseBytes);
    if (!record.tunnelled) observe(series.duration, bounds.time, duration);
    if (ingressNginx !== null) {
      const sent = responseSize(exchange);
      increase(ingressNginx.requests, 1);
      observe(ingressNginx.requestDuration, bounds.time, duration);
      observe(ingressNginx.requestSize, bounds.length, requestSize(exchange));
      observe(ingressNginx.responseSize, bounds.length, sent);
      observe(ingressNginx.bytesSent, bounds.size, sent);
    }
    const tried = record.attempts.length;
    if (tried > 0) this.#attempted(exchange, series, tried);
    if (record.failure !== null) this.#failed(record.failure);
  }

  get bounds(): MeterSettings["buckets"] {
    return this.#settings.buckets;
  }

  #attempted({ record }: Exchange, series: RequestSeries, tried: number): void {
    const { attempts, tunnelled } = record;
    const last = attempts[tried - 1];
    if (last === undefined) return;
    const { ingressNginx } = series;
    const { time } = this.bounds;
    const connect = last.connectTime === null ? 0 : last.connectTime / 1000;
    if (last.connectTime !== null) observe(series.connectDuration, time, connect);
    if (last.headTime !== null) {
      const head = last.headTime / 1000;
      const whole = (record.finishedAt - last.startedAt) / 1000;
      observe(series.headerDuration, time, head);
      if (!tunnelled) observe(series.upstreamDuration, time, whole);
      if (ingressNginx !== null) {
        observe(ingressNginx.connectDuration, time, connect);
        observe(ingressNginx.headerDuration, time, head);
        observe(ingressNginx.responseDuration, time, whole);
      }
    }
    if (tried > 1) this.#retried(record);
  }

  #retried({ attempts, upstream }: Exchange["record"]): void {
    const { namespace, service } = serviceOf(upstream) ?? { namespace: "", service: "" };
    const retries = this.#registry.family("ts_ingress_upstream_retries_total");
    for (const { failure } of attempts.slice(0, -1)) retries.add([namespace, service, failure ?? ""]);
  }

  #failed(failure: FailureName): void {
    const known = this.#failures.get(failure);
    const labels = [failure, FAILURES[failure].side];
    const numbers = known ?? this.#registry.family("ts_ingress_failures_total").at(labels).numbers;
    if (known === undefined) this.#failures.set(failure, numbers);
    increase(numbers, 1);
  }

  #seriesOf(exchange: Exchange): RequestSeries {
    const { record, request } = exchange;
    const { status, upstream } = record;
    const { method } = request;
    const { host, series } = this.#kindsOf(exchange);
    for (const known of series) {
      if (known.status === status && known.method === method && known.upstream === upstream) return known;
    }
    const { route, virtualHost } = record;
    const made = findSeries(this.#registry, this.#settings, { route, virtualHost, host, method, status, upstream });
    series.push(made);
    return made;
  }

  #kindsOf(exchange: Exchange): Kinds {
    const { route, virtualHost } = exchange.record;
    if (route === null || virtualHost === ANY) return this.#kindsOfHost(route, this.#shownHost(exchange));
    const known = this.#named.get(route);
    if (known !== undefined) return known;
    const kinds = { host: virtualHost, series: [] };
    this.#named.set(route, kinds);
    return kinds;
  }

  #kindsOfHost(route: Route | null, shown: string | null): Kinds {
    let hosts = this.#unnamed.get(route);
    if (hosts === undefined) {
      hosts = new Map();
      this.#unnamed.set(route, hosts);
    }
    // Hosts are the client's to invent: those that there is no room for are one.
    const host = hosts.has(shown) || hosts.size < this.#settings.mostSeries ? shown : OTHER;
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const kinds = { host, series: [] };
    hosts.set(host, kinds);
    return kinds;
  }

  /** Of a request that no rule with a host serves. */
  #shownHost({ request }: Exchange): string | null {
    const { ingressNginx } = this.#settings;
    if (ingressNginx === null) return null;
    const named = this.#virtualHostFor(request.host);
    if (named !== null && named !== ANY) return named;
    // Without the label there is no host to leave out.
    if (!ingressNginx.perHost) return "";
    return ingressNginx.perUndefinedHost && request.host !== "" ? request.host : null;
  }
}
