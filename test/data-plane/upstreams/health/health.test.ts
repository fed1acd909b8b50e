import { expect, test } from "vitest";
import { EndpointHealth } from "../../../../src/data-plane/upstreams/health/endpoint-health.ts";
import type { HealthChange } from "../../../../src/data-plane/upstreams/health/ejection.ts";
import { UpstreamHealth } from "../../../../src/data-plane/upstreams/health/health.ts";

interface Endpoint {
  readonly health: EndpointHealth;
}

function start(count: number) {
  const clock = { now: 1_000 };
  const changes: HealthChange[] = [];
  const upstream = new UpstreamHealth<Endpoint>("shop/web:80", clock, (change) => void changes.push(change));
  const endpoints = Array.from({ length: count }, (_, at) => ({
    health: new EndpointHealth(`10.0.0.${at}:80`, upstream),
  }));
  upstream.replace(endpoints);
  return { clock, changes, upstream, endpoints };
}

function eject(...endpoints: readonly Endpoint[]): void {
  for (const { health } of endpoints) {
    for (let times = 0; times < 5; times++) health.failed("connect_failed", 1_000);
  }
}

test("an endpoint that is ejected is not among those to choose from", () => {
  const { upstream, endpoints, changes } = start(3);
  expect([upstream.usable, upstream.ejectedCount]).toEqual([endpoints, 0]);
  eject(endpoints[1] as Endpoint);
  expect(upstream.ejectedCount).toBe(1);
  expect(upstream.usable).toEqual([endpoints[0], endpoints[2]]);
  expect(changes).toEqual([
    {
      kind: "ejected",
      upstream: "shop/web:80",
      endpoint: "10.0.0.1:80",
      failures: 5,
      failure: "connect_failed",
      time: 30_000,
    },
  ]);
});

test.each([1, 2, 3, 4, 5])("of %i endpoints that all fail, half at most are ejected", (count) => {
  const { upstream, endpoints } = start(count);
  eject(...endpoints);
  expect(upstream.ejectedCount).toBe(Math.floor(count / 2));
  expect(upstream.usable).toEqual(endpoints.slice(upstream.ejectedCount));
});

test("where only ejected ones are left, all are used", () => {
  const { upstream, endpoints } = start(4);
  const bad = endpoints.slice(0, 2);
  eject(...bad);
  upstream.replace(bad);
  expect(upstream.usable).toEqual(bad);
  upstream.replace(bad.slice(1));
  expect(upstream.usable).toEqual(bad.slice(1));
  bad[1]?.health.succeeded(1_001);
  expect(upstream.ejectedCount).toBe(0);
});

test("an endpoint that comes anew is used, one that goes makes room for no other ejection", () => {
  const { upstream, endpoints } = start(2);
  const [stays, goes] = endpoints as [Endpoint, Endpoint];
  eject(stays);
  const comes = { health: new EndpointHealth("10.0.0.9:80", upstream) };
  upstream.replace([stays, comes]);
  expect(upstream.usable).toEqual([comes]);
  eject(comes);
  expect([upstream.ejectedCount, comes.health.ejected]).toEqual([1, false]);
  upstream.replace([goes, comes]);
  expect([upstream.ejectedCount, upstream.toProbe()]).toEqual([0, null]);
});

test("one request alone probes each endpoint whose time is up", () => {
  const { clock, upstream, endpoints, changes } = start(4);
  eject(...endpoints);
  clock.now += 29_999;
  expect(upstream.toProbe()).toBeNull();
  clock.now += 1;
  expect([upstream.toProbe(), upstream.toProbe(), upstream.toProbe()]).toEqual([endpoints[0], endpoints[1], null]);
  endpoints[0]?.health.failed("upstream_timeout", clock.now);
  endpoints[1]?.health.answered(clock.now);
  expect(upstream.usable).toEqual(endpoints.slice(1));
  expect(changes.slice(2).map(({ kind, endpoint }) => [kind, endpoint])).toEqual([
    ["ejected", "10.0.0.0:80"],
    ["returned", "10.0.0.1:80"],
  ]);
  clock.now += 30_000;
  expect(upstream.toProbe()).toBeNull();
  clock.now += 30_000;
  expect(upstream.toProbe()).toBe(endpoints[0]);
  // The client of that one left: nothing is heard of it.
  clock.now += 9_999;
  expect(upstream.toProbe()).toBeNull();
  clock.now += 1;
  expect(upstream.toProbe()).toBe(endpoints[0]);
});
