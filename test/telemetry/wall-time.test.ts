import { expect, test } from "vitest";
import { WallTime } from "../../src/telemetry/wall-time.ts";

test("a moment is told by the wall clock as it is now, also after it was set", () => {
  const clock = { monotonic: 0, wall: 1_000_000 };
  const time = new WallTime(
    () => clock.monotonic,
    () => clock.wall,
    1_000_000.25,
  );
  const pass = (milliseconds: number): void => {
    clock.monotonic += milliseconds;
    clock.wall += milliseconds;
  };
  pass(10);
  // Finer than the wall clock tells it, while the two agree.
  expect(time.of(7.5)).toBe(1_000_007.75);
  pass(2_000);
  expect(time.of(2_000)).toBe(1_002_000.25);
  clock.wall += 3_600_000;
  pass(1_000);
  expect(time.of(3_000)).toBe(4_603_000);
  clock.wall -= 7_200_000;
  pass(1_000);
  expect(time.of(4_000)).toBe(-2_596_000);
});
