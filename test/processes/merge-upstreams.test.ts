import { expect, test } from "vitest";
import type { EndpointStatus } from "../../src/data-plane/upstreams/upstream-status.ts";
import { mergeUpstreams } from "../../src/processes/merge-upstreams.ts";

const endpoint = (name: string, status: Partial<EndpointStatus> = {}): EndpointStatus => ({
  endpoint: name,
  ejected: false,
  triedIn: null,
  failures: 0,
  active: 1,
  idle: 2,
  ...status,
});

test("what is counted is added up; an endpoint is ejected where one worker says so", () => {
  const merged = mergeUpstreams([
    { worker: 1, upstreams: [{ upstream: "web", endpoints: [endpoint("a"), endpoint("b")], requests: 5, retries: 1 }] },
    {
      worker: 2,
      upstreams: [
        {
          upstream: "web",
          endpoints: [endpoint("a", { ejected: true, triedIn: 700, failures: 5 }), endpoint("c")],
          requests: 7,
          retries: 2,
        },
        { upstream: "api", endpoints: [], requests: 1, retries: 0 },
      ],
    },
  ]);
  expect(merged).toEqual([
    {
      upstream: "web",
      endpoints: [
        { ...endpoint("a"), ejected: true, triedIn: 700, failures: 5, active: 2, idle: 4, ejectedBy: [2] },
        endpoint("b"),
        endpoint("c"),
      ],
      requests: 12,
      retries: 3,
    },
    { upstream: "api", endpoints: [], requests: 1, retries: 0 },
  ]);
});
