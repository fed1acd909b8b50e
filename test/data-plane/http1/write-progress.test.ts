import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { WriteProgress } from "../../../src/data-plane/http1/write-progress.ts";

const PATIENCE = 30;

function watched() {
  const state = { writableLength: 0, _handle: { writeQueueSize: 0 } as { writeQueueSize: number } | null };
  return { state, progress: new WriteProgress(state as unknown as Socket) };
}

test("nothing to write is no stall", () => {
  const { progress } = watched();
  for (const now of [0, 100, 200]) expect(progress.stalled(now, PATIENCE)).toBe(false);
});

test("octets that do not move stall after the patience, not before", () => {
  const { state, progress } = watched();
  state.writableLength = 10;
  expect([100, 129, 130].map((now) => progress.stalled(now, PATIENCE))).toEqual([false, false, true]);
});

test("octets that move do not, and then the patience begins anew", () => {
  const { state, progress } = watched();
  state.writableLength = 10;
  state._handle = { writeQueueSize: 10 };
  expect(progress.stalled(0, PATIENCE)).toBe(false);
  // The system took a few, though Node says only when it took all.
  state._handle.writeQueueSize = 9;
  expect([30, 59, 60].map((now) => progress.stalled(now, PATIENCE))).toEqual([false, false, true]);
});

test("what was written between does not count against what waits now", () => {
  const { state, progress } = watched();
  state.writableLength = 10;
  expect(progress.stalled(0, PATIENCE)).toBe(false);
  state.writableLength = 0;
  expect(progress.stalled(20, PATIENCE)).toBe(false);
  state.writableLength = 10;
  expect([40, 69, 70].map((now) => progress.stalled(now, PATIENCE))).toEqual([false, false, true]);
});

test("a socket without a handle is watched all the same", () => {
  const { state, progress } = watched();
  state.writableLength = 1;
  state._handle = null;
  expect([0, PATIENCE].map((now) => progress.stalled(now, PATIENCE))).toEqual([false, true]);
});
