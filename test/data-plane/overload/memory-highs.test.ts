import { expect, test } from "vitest";
import { MemoryHighs } from "../../../src/data-plane/overload/memory-highs.ts";

test("memory rises while it was never as high as lately", () => {
  const highs = new MemoryHighs();
  const seen = (
    [
      [0, 0.5],
      [4_000, 0.5],
      [4_250, 0.9],
      [7_000, 0.9],
      [7_250, 0.9],
      // Hardly more.
      [7_500, 0.904],
      [8_000, 0.86],
      [8_250, 0.9],
      [8_500, 0.906],
      [12_000, 0.906],
      // Much was given back: a new beginning.
      [12_250, 0.84],
      [16_000, 0.84],
      [16_250, 0.88],
    ] as const
  ).map(([now, memory]) => highs.look(now, memory));
  expect(seen).toEqual([true, true, true, true, false, false, false, false, true, false, true, true, true]);
});
