import { beforeEach, describe, expect, test } from "vitest";
import { EndpointHealth, type HealthWatch } from "../../../../src/data-plane/upstreams/health/endpoint-health.ts";

/** What the upstream was told, in order. */
let told: string[];
let watch: { -readonly [Key in keyof HealthWatch]: HealthWatch[Key] };
let health: EndpointHealth;

beforeEach(() => {
  told = [];
  watch = {
    now: 1_000,
    mayEject: true,
    ejected: (_health, failure, time) => void told.push(`${failure} ${time}`),
    returned: () => void told.push("returned"),
  };
  health = new EndpointHealth("10.0.0.7:8080", watch);
});

function fail(times: number): void {
  for (let count = 0; count < times; count++) health.failed("connect_failed", watch.now);
}

/** Lets the ejection pass, and the next request be the probe. */
function probe(): void {
  watch.now = health.tryAt;
  health.probe();
}

/** Ejected, probed, answered, and a response complete. */
function recover(): void {
  probe();
  health.answered(watch.now);
  health.succeeded(watch.now);
}

test("five failures in a row eject, for 30 s", () => {
  fail(4);
  expect([health.ejected, health.failures, told]).toEqual([false, 4, []]);
  fail(1);
  expect([health.ejected, health.failures, told]).toEqual([true, 5, ["connect_failed 30000"]]);
  expect(health.tryAt).toBe(31_000);
});

test("a complete response begins the count anew, the head of one does not", () => {
  fail(4);
  health.succeeded(watch.now);
  fail(4);
  expect([health.ejected, health.failures]).toEqual([false, 4]);
  health.answered(watch.now);
  health.failed("upstream_truncated", watch.now);
  expect(told).toEqual(["upstream_truncated 30000"]);
});

test("a client that leaves neither adds nor takes", () => {
  fail(4);
  for (let count = 0; count < 10; count++) health.failed("client_closed", watch.now);
  expect([health.ejected, health.failures]).toEqual([false, 4]);
});

test("where no more may be ejected it stays, until they may", () => {
  watch.mayEject = false;
  fail(7);
  expect([health.ejected, health.failures]).toEqual([false, 7]);
  watch.mayEject = true;
  fail(1);
  expect(told).toEqual(["connect_failed 30000"]);
});

describe("a probe", () => {
  beforeEach(() => fail(5));

  test("that fails ejects again at once, for longer each time, also where no more may be ejected", () => {
    watch.mayEject = false;
    for (let count = 0; count < 11; count++) {
      probe();
      fail(1);
    }
    const times = told.map((line) => Number(line.split(" ")[1]) / 1000);
    expect(times).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  });

  test("that is answered returns it; on trial, until a response was complete", () => {
    probe();
    health.answered(watch.now);
    expect([health.ejected, told.at(-1)]).toEqual([false, "returned"]);
    health.failed("upstream_truncated", watch.now);
    expect([health.ejected, told.at(-1)]).toEqual([true, "upstream_truncated 60000"]);
    recover();
    expect([health.ejected, health.failures]).toEqual([false, 0]);
    fail(4);
    expect(health.ejected).toBe(false);
  });

  test("of which nothing is heard lets another through after 10 s", () => {
    probe();
    health.failed("client_closed", watch.now);
    expect([health.ejected, health.tryAt]).toEqual([true, watch.now + 10_000]);
  });

  test("that fails late, after another was let through, counts", () => {
    probe();
    const since = watch.now;
    probe();
    health.failed("upstream_timeout", since);
    expect(told.at(-1)).toBe("upstream_timeout 60000");
  });
});

test("what began before the ejection tells nothing new", () => {
  fail(5);
  const before = watch.now;
  watch.now += 20_000;
  health.failed("upstream_timeout", before);
  health.succeeded(before);
  health.answered(before);
  expect([health.ejected, health.failures]).toEqual([true, 5]);
  probe();
  health.failed("upstream_timeout", before);
  expect(told).toEqual(["connect_failed 30000"]);
  health.answered(watch.now);
  health.failed("upstream_timeout", before);
  expect(told).toEqual(["connect_failed 30000", "returned"]);
});

test("tried without a probe, since all are ejected: a success returns it, a failure changes nothing", () => {
  fail(5);
  watch.now += 5_000;
  fail(9);
  expect([told, health.tryAt]).toEqual([["connect_failed 30000"], 31_000]);
  health.succeeded(watch.now);
  expect([told.at(-1), health.ejected, health.failures]).toEqual(["returned", false, 0]);
});

test("ejections are forgotten after five minutes in use, not before", () => {
  fail(5);
  recover();
  watch.now += 299_999;
  fail(5);
  recover();
  watch.now += 300_000;
  fail(5);
  expect(told.filter((line) => line !== "returned")).toEqual([
    "connect_failed 30000",
    "connect_failed 60000",
    "connect_failed 30000",
  ]);
});
