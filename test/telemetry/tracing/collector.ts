import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { Waiting } from "../../support/waiting.ts";

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
}

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** A collector of OpenTelemetry that takes JSON, or answers another status. */
export async function startCollector(status = 200) {
  const spans: Span[] = [];
  const resources: Record<string, string>[] = [];
  const paths: string[] = [];
  const waiting = new Waiting();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      paths.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
      for (const { resource, scopeSpans } of (JSON.parse(text) as Body).resourceSpans) {
        resources.push(valuesOf(resource.attributes));
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
      waiting.changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resources,
    paths,
    received: (count: number) => waiting.until(`${count} spans`, () => spans.length >= count),
  };
}

/** Attributes as they are read: each has one value, of the type its key says. */
export function valuesOf(attributes: Span["attributes"]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? ""]));
}
