import { assert, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { idleClientsShouldGo, refusedShare, type Strain } from "../../../src/data-plane/overload/strain.ts";

const strain = (given: Partial<Strain>): Strain => ({
  loop: 0,
  memory: 0,
  memoryRises: true,
  connections: 0,
  ...given,
});

describe("the share that is refused", () => {
  test.each([
    ["nothing is used", 0, {}, 0],
    ["the loop is as late as it may be", 0, { loop: 1 }, 0],
    ["the loop is later", 0, { loop: 1.1 }, 0.1],
    ["the loop is still later", 0.5, { loop: 3 }, 0.6],
    ["the loop stays late", 0.95, { loop: 3 }, 0.95],
    ["the loop is in time again", 0.6, {}, 0.55],
    ["it has nearly ended", 0.03, {}, 0],
    ["memory is at 90 %", 0, { memory: 0.9 }, 0],
    ["memory is at 94 %", 0, { memory: 0.94 }, 0.5],
    ["memory is at 98 %", 0, { memory: 0.98 }, 1],
    ["memory is beyond its limit", 0, { memory: 1.2 }, 1],
    ["memory is at 96 % and was there before", 0.75, { memory: 0.96, memoryRises: false }, 0.7],
    ["memory is at 97 %, as before", 0, { memory: 0.97, memoryRises: false }, 0.87],
    ["all connections are open, which is dealt with where they are accepted", 0, { connections: 1 }, 0],
  ] as const)("%s", (_what, before, given, share) => {
    expect(refusedShare(before, strain(given)).share).toBe(share);
  });

  test("says what is wrong", () => {
    expect(refusedShare(0, strain({ loop: 2.34 })).why).toBe("the event loop is 2.3 times as late as it may be");
    expect(refusedShare(0, strain({ memory: 0.95 })).why).toBe("95 % of the memory limit is used");
    expect(refusedShare(0.5, strain({})).why).toBeNull();
  });

  test("lies between 0 and 1, and ends when nothing is strained", () => {
    const share = double({ min: 0, max: 1, noNaN: true });
    const used = double({ min: 0, max: 10, noNaN: true });
    assert(
      property(share, used, used, (before, loop, memory) => {
        let { share: now } = refusedShare(before, strain({ loop, memory }));
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        for (let looks = 0; looks < 21; looks++) now = refusedShare(now, strain({})).share;
        expect(now).toBe(0);
      }),
    );
  });
});

test.each([
  [{}, false],
  [{ memory: 0.85 }, true],
  [{ connections: 0.85 }, true],
  [{ loop: 5 }, false],
])("whether idle clients should go: %j", (given, go) => {
  expect(idleClientsShouldGo(strain(given))).toBe(go);
});
