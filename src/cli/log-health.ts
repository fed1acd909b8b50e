import type { HealthChange } from "../data-plane/upstreams/health/ejection.ts";
import type { Log } from "../log.ts";

/** Says that an endpoint is left alone, why and how long, or that it is back. @param worker the number of the one that says so, where there are many */
export function logHealth(log: Log, change: HealthChange, worker?: number): void {
  const by = worker === undefined ? "" : `worker ${worker}: `;
  const fields = worker === undefined ? {} : { worker };
  const { kind, upstream, endpoint } = change;
  if (kind === "returned") {
    log("info", `${by}endpoint ${endpoint} of ${upstream} answers again and is in use`, {
      upstream,
      endpoint,
      ...fields,
    });
    return;
  }
  const { failures, failure, time } = change;
  log(
    "warning",
    `${by}endpoint ${endpoint} of ${upstream} failed ${failures} times in a row (${failure}): not used for ${time / 1000} s`,
    { upstream, endpoint, failures, failure, time, ...fields },
  );
}
