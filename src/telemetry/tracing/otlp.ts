/** What is said of a span or of us; undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

/** A span in the JSON encoding of OTLP 1.x (opentelemetry/proto/trace/v1). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code: number };
}

/** SPAN_KIND_SERVER, STATUS_CODE_UNSET, STATUS_CODE_ERROR. */
const SERVER = 2;
const UNSET = 0;
const ERROR = 2;

interface Told {
  readonly traceId: string;
  readonly spanId: string;
  /** "" for none. */
  readonly parent: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly begin: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

export function otlpSpan({ traceId, spanId, parent, name, begin, end, attributes, failed }: Told): OtlpSpan {
  return {
    traceId,
    spanId,
    ...(parent === "" ? {} : { parentSpanId: parent }),
    name,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(begin),
    endTimeUnixNano: nanoseconds(end),
    attributes: keyValues(attributes),
    status: { code: failed ? ERROR : UNSET },
  };
}

/** The body of a request to `/v1/traces`. @param resource who the spans are from */
export function otlpRequest(resource: Attributes, spans: readonly OtlpSpan[]): string {
  const scope = { name: "ts-ingress" };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans }] }],
  });
}

function keyValues(attributes: Attributes): KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]): KeyValue[] => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** As text, since a double has no room for it; to the microsecond, which is what the clock is good for. */
function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}
