import { expect, test } from "vitest";
import { RoundRobin } from "../../../src/data-plane/upstreams/balancer.ts";
import { UpstreamHealth } from "../../../src/data-plane/upstreams/health/health.ts";
import { LiveEndpoint } from "../../../src/data-plane/upstreams/live-endpoint.ts";
import { surroundings } from "../../support/endpoints.ts";

test.each([1, 2, 3, 7])("%i endpoints are chosen in turn", (count) => {
  const shared = surroundings();
  const health = new UpstreamHealth("web", shared.deadlines, () => {});
  const endpoints = Array.from(
    { length: count },
    (_, index) => new LiveEndpoint("127.0.0.1", index + 1, { http2: false, tls: null }, shared, health),
  );
  const balancer = new RoundRobin();
  const chosen = Array.from({ length: count * 3 }, () => endpoints.indexOf(balancer.choose(endpoints)));
  expect(chosen.slice(0, count).toSorted((a, b) => a - b)).toEqual(endpoints.map((_, index) => index));
  expect(chosen.slice(count)).toEqual(chosen.slice(0, count * 2));
});
