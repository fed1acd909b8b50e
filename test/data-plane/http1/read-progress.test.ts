import { expect, test } from "vitest";
import { ReadProgress } from "../../../src/data-plane/http1/read-progress.ts";
import { MINIMUM_BODY_RATE } from "../../../src/data-plane/limits.ts";

const IDLE = 5000;
const SECOND = 1000;

/** Asks once a second. @returns the second at which something was wrong, and what; null when nothing was in five minutes */
function ask(receivedAfter: (seconds: number) => number): { second: number; problem: string } | null {
  const progress = new ReadProgress();
  for (let second = 0; second < 300; second++) {
    const problem = progress.problem(second * SECOND, receivedAfter(second), IDLE);
    if (problem !== null) return { second, problem };
  }
  return null;
}

test("nothing at all is idle after the time allowed", () => {
  expect(ask(() => 0)).toEqual({ second: 5, problem: expect.stringContaining("nothing") });
  expect(ask((second) => (second < 3 ? 100_000 * second : 200_000))).toEqual({
    second: 7,
    problem: expect.stringContaining("nothing"),
  });
});

test("a trickle is too slow once its grace is over, at the least rate it is not", () => {
  const { bytesPerSecond, grace } = MINIMUM_BODY_RATE;
  const slow = ask((second) => second);
  expect(slow).toEqual({ second: grace / SECOND + 1, problem: expect.stringContaining("bytes a second") });
  expect(ask((second) => second * bytesPerSecond)).toBeNull();
});

test("a pause that was ours does not count", () => {
  const progress = new ReadProgress();
  expect(progress.problem(0, 1, IDLE)).toBeNull();
  // Nobody asked for a minute: the socket was paused.
  expect(progress.problem(60 * SECOND, 1, IDLE)).toBeNull();
  expect(progress.problem(61 * SECOND, 1, IDLE)).toBeNull();
});
