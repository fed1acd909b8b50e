/** What a request asks for, in the words of an API server's metrics. */
export interface Counted {
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
}

/**
 * How many requests of a sort an API server has answered.
 * @param metrics its /metrics: `apiserver_request_total` is one line for each code, verb, resource, subresource, …
 */
export function requestCount(metrics: string, { verb, resource, subresource }: Counted): number {
  const wanted = [`verb="${verb}"`, `resource="${resource}"`, `subresource="${subresource}"`];
  const lines = metrics.split("\n").filter((line) => line.startsWith("apiserver_request_total{"));
  return lines
    .filter((line) => wanted.every((label) => line.includes(`{${label},`) || line.includes(`,${label},`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
