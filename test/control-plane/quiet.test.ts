import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Quiet } from "../../src/control-plane/quiet.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a burst is one act, when it is over", () => {
  const act = vi.fn<() => void>();
  const quiet = new Quiet(50, act);
  for (let touches = 0; touches < 5; touches += 1) {
    quiet.touch();
    vi.advanceTimersByTime(12);
  }
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(37);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(1);
});

/** How often `act` was called in so many milliseconds of touches, 10 apart. */
function actsWithin(milliseconds: number, quiet: Quiet, act: () => void): number {
  const before = vi.mocked(act).mock.calls.length;
  for (let elapsed = 0; elapsed < milliseconds; elapsed += 10) {
    quiet.touch();
    vi.advanceTimersByTime(10);
  }
  return vi.mocked(act).mock.calls.length - before;
}

test("a burst without end is acted upon all the same, each 100 milliseconds", () => {
  const act = vi.fn<() => void>();
  expect(actsWithin(1000, new Quiet(50, act), act)).toBe(10);
});

test("what takes long is done less often, but each second", () => {
  let takes = 300;
  const act = vi.fn<() => void>(() => void vi.advanceTimersByTime(takes));
  const quiet = new Quiet(50, act);
  actsWithin(100, quiet, act);
  expect(actsWithin(1800, quiet, act)).toBe(6);
  takes = 5000;
  actsWithin(300, quiet, act);
  expect(actsWithin(3000, quiet, act)).toBe(3);
});

test("what takes as long as there is to do is not done ever more rarely: one act that was held up is made up for", () => {
  let touches = 0;
  let heldUp = 0;
  const act = vi.fn<() => void>(() => {
    vi.advanceTimersByTime(4 * touches + heldUp);
    touches = 0;
    heldUp = 0;
  });
  const quiet = new Quiet(50, act);
  const within = (milliseconds: number): number => {
    const before = act.mock.calls.length;
    for (let elapsed = 0; elapsed < milliseconds; elapsed += 10) {
      touches += 1;
      quiet.touch();
      vi.advanceTimersByTime(10);
    }
    return act.mock.calls.length - before;
  };
  expect(within(1000)).toBe(10);
  heldUp = 600;
  within(2000);
  expect(within(1000)).toBe(10);
});

test("nothing after close", () => {
  const act = vi.fn<() => void>();
  const quiet = new Quiet(50, act);
  quiet.touch();
  quiet.close();
  vi.advanceTimersByTime(5000);
  expect(act).not.toHaveBeenCalled();
});
