import { FAILURES, type FailureName } from "../../exchange/failure.ts";

/** Failures of the upstream's side that happen before there is an endpoint to blame. */
const WITHOUT_ENDPOINT: readonly FailureName[] = ["no_endpoints", "name_not_resolved"];

const BLAMED: ReadonlySet<FailureName> = new Set(
  (Object.keys(FAILURES) as FailureName[]).filter(
    (name) => FAILURES[name].side === "upstream" && !WITHOUT_ENDPOINT.includes(name),
  ),
);

/** True where the endpoint that served an attempt is what failed; a client that leaves, or a limit of ours, says nothing about it. */
export function blamesEndpoint(failure: FailureName): boolean {
  return BLAMED.has(failure);
}
