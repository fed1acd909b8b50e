import { DEFAULT_BUCKETS } from "../../../src/telemetry/metrics/definition.ts";
import { exposition } from "../../../src/telemetry/metrics/exposition.ts";
import type { Registry } from "../../../src/telemetry/metrics/registry.ts";
import type { MeterSettings } from "../../../src/telemetry/metrics/settings.ts";
import { readExposition, type ReadMetric } from "./read-exposition.ts";

export const BOTH: MeterSettings = {
  buckets: DEFAULT_BUCKETS,
  mostSeries: 100,
  ingressNginx: { perHost: true, perUndefinedHost: false, statusClasses: false },
};

export const OURS: MeterSettings = { ...BOTH, ingressNginx: null };

/** With `changes` to what is measured for ingress-nginx. */
export function both(changes: Partial<NonNullable<MeterSettings["ingressNginx"]>>): MeterSettings {
  return { ...BOTH, ingressNginx: { perHost: true, perUndefinedHost: false, statusClasses: false, ...changes } };
}

export function read(registry: Registry): ReadonlyMap<string, ReadMetric> {
  return readExposition([...exposition(registry.families, {})].join(""));
}
