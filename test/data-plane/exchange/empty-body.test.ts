import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { EMPTY_BODY } from "../../../src/data-plane/exchange/empty-body.ts";

test("a body without content ends at once, every way and as often as it is asked", async () => {
  for (let times = 0; times < 2; times++) {
    const ended: unknown[] = [];
    await EMPTY_BODY.relayTo({
      write: () => {
        throw new Error("nothing to write");
      },
      flush: () => {},
      end: (trailers) => ended.push(trailers),
      drained: null,
    });
    expect(ended).toEqual([null]);
    expect(await EMPTY_BODY.bytes(0)).toHaveLength(0);
    expect(await text(EMPTY_BODY.stream())).toBe("");
    expect(EMPTY_BODY.untouched).toBe(true);
  }
});
