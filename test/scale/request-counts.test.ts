import { expect, test } from "vitest";
import { requestCount } from "./request-counts.ts";

const METRICS = `# TYPE apiserver_request_total counter
apiserver_request_total{code="200",component="apiserver",dry_run="",group="networking.k8s.io",resource="ingresses",scope="resource",subresource="status",verb="PATCH",version="v1"} 41
apiserver_request_total{code="409",component="apiserver",dry_run="",group="networking.k8s.io",resource="ingresses",scope="resource",subresource="status",verb="PATCH",version="v1"} 1
apiserver_request_total{code="200",component="apiserver",dry_run="",group="networking.k8s.io",resource="ingresses",scope="resource",subresource="",verb="PUT",version="v1"} 1e+06
apiserver_request_duration_seconds_count{resource="ingresses",subresource="status",verb="PATCH",version="v1"} 7
`;

test("requests of one sort are added up, whatever came of them, and no others", () => {
  expect(requestCount(METRICS, { verb: "PATCH", resource: "ingresses", subresource: "status" })).toBe(42);
  expect(requestCount(METRICS, { verb: "PUT", resource: "ingresses", subresource: "" })).toBe(1_000_000);
  expect(requestCount(METRICS, { verb: "POST", resource: "events", subresource: "" })).toBe(0);
});
