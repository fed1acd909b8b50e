import type { HealthChange } from "../data-plane/upstreams/health/ejection.ts";
import type { Log } from "../log.ts";

/** Says that an endpoint is left alone, why and how long, or that it is back. */
export function logHealth(log: Log, change: HealthChange): void {
  const { kind, upstream, endpoint } = change;
  if (kind === "returned") {
    log("info", `endpoint ${endpoint} of ${upstream} answers again and is in use`, { upstream, endpoint });
    return;
  }
  const { failures, failure, time } = change;
  log(
    "warning",
    `endpoint ${endpoint} of ${upstream} failed ${failures} times in a row (${failure}): not used for ${time / 1000} s`,
    { upstream, endpoint, failures, failure, time },
  );
}
