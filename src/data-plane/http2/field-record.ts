import type { GatewayHeaders } from "../exchange/headers.ts";
import type { Dropped } from "../http/hop-by-hop.ts";

/** Fields as node:http2 takes trailers and interim responses, without those that are dropped. */
export function fieldRecord(headers: GatewayHeaders, dropped: Dropped): Record<string, string[]> {
  const record: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  headers.forEach((name, value) => {
    if (!dropped(name)) (record[name] ??= []).push(value);
  });
  return record;
}
