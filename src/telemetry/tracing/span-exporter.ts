import { type Attributes, otlpRequest, type OtlpSpan } from "./otlp.ts";

export interface SpanExporterOptions {
  /** See TracingSettings. */
  readonly endpoint: string;
  readonly resource: Attributes;
  readonly onProblem: (message: string) => void;
  /** Milliseconds from a span to when it is sent with others. Default 5000. */
  readonly interval?: number;
}

const INTERVAL = 5000;
/** Spans that wait, and those sent together. */
const MOST = 2048;
const TOGETHER = 512;
/** Milliseconds that the collector may take, and that it has at the end. */
const PATIENCE = 10_000;
const LAST_PATIENCE = 1000;
/** Milliseconds between two complaints. */
const COMPLAINTS = 60_000;

/** Sends spans to a collector, many at a time (OTLP/HTTP with JSON). What it does not take is dropped, and told: nobody waits for it. */
export class SpanExporter {
  readonly #url: string;
  readonly #options: SpanExporterOptions;
  readonly #last = new AbortController();
  #waiting: OtlpSpan[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #dropped = 0;
  #why = "";
  #complained = -Infinity;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`;
  }

  add(span: OtlpSpan): void {
    if (this.#waiting.length >= MOST) return this.#lose(1, "it takes them too slowly");
    this.#waiting.push(span);
    if (this.#waiting.length === TOGETHER) void this.#send();
    this.#timer ??= setTimeout(() => void this.#send(), this.#options.interval ?? INTERVAL).unref();
  }

  /** Sends what waits. Resolves when it is sent, or after a second. */
  async close(): Promise<void> {
    const late = setTimeout(() => this.#last.abort(), LAST_PATIENCE);
    await this.#send();
    clearTimeout(late);
  }

  async #send(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // One at a time: a collector that is slow must not have more to do for that.
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const spans = this.#waiting.splice(0, TOGETHER);
      const problem = await this.#post(spans);
      if (problem !== null) this.#lose(spans.length, problem);
    }
    if (this.#dropped > 0) this.#complain();
  }

  /** @returns what went wrong; null when the collector has taken them */
  async #post(spans: readonly OtlpSpan[]): Promise<string | null> {
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: otlpRequest(this.#options.resource, spans),
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), this.#last.signal]),
      });
      await response.body?.cancel();
      return response.ok ? null : `it answers ${response.status}`;
    } catch (error) {
      const { message, cause } = error as Error;
      return cause instanceof Error ? cause.message : message;
    }
  }

  #lose(count: number, why: string): void {
    this.#dropped += count;
    this.#why = why;
  }

  #complain(): void {
    const now = performance.now();
    if (now - this.#complained < COMPLAINTS) return;
    this.#complained = now;
    this.#options.onProblem(
      `${this.#dropped} spans did not reach the collector at ${this.#url}: ${this.#why} (said once a minute at most)`,
    );
    this.#dropped = 0;
  }
}
