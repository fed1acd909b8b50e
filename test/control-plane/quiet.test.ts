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
    vi.advanceTimersByTime(49);
  }
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(1);
});

test("a burst without end is acted upon after a second, each second anew", () => {
  const act = vi.fn<() => void>();
  const quiet = new Quiet(50, act);
  for (let elapsed = 0; elapsed < 2100; elapsed += 10) {
    quiet.touch();
    vi.advanceTimersByTime(10);
    if (elapsed === 980) expect(act).not.toHaveBeenCalled();
  }
  expect(act).toHaveBeenCalledTimes(2);
});

test("nothing after close", () => {
  const act = vi.fn<() => void>();
  const quiet = new Quiet(50, act);
  quiet.touch();
  quiet.close();
  vi.advanceTimersByTime(5000);
  expect(act).not.toHaveBeenCalled();
});
