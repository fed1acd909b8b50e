import { expect, test } from "vitest";
import { collectGarbage } from "../../../src/data-plane/overload/collect-garbage.ts";

test("what nobody needs is gone afterwards, in a process that was started without a flag for it", async () => {
  expect(globalThis).not.toHaveProperty("gc");
  const ended = new WeakRef({ large: Buffer.alloc(1_000_000) });
  // It is kept until the turn is over in which it was made.
  await new Promise(setImmediate);
  collectGarbage();
  expect(ended.deref()).toBeUndefined();
  expect(globalThis).not.toHaveProperty("gc");
});
