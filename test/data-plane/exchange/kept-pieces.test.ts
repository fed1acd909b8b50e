import * as fc from "fast-check";
import { expect, test } from "vitest";
import { KeptPieces } from "../../../src/data-plane/exchange/kept-pieces.ts";

test("what is kept is what came, in order, also when it is looked at in between", () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 1020, maxLength: 1030 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat({ max: 19 }), (pieces, look) => {
      const kept = new KeptPieces();
      pieces.forEach((one, at) => {
        kept.push(Buffer.from(one));
        if (at === look) expect(Buffer.concat(kept.all).equals(Buffer.concat(pieces.slice(0, at + 1)))).toBe(true);
      });
      expect(Buffer.concat(kept.all).equals(Buffer.concat(pieces))).toBe(true);
      expect(kept.bytes).toBe(Buffer.concat(pieces).length);
    }),
  );
});

test("a body that comes octet by octet is few buffers", () => {
  const kept = new KeptPieces();
  for (let octet = 0; octet < 10_000; octet += 1) kept.push(Buffer.of(octet % 256));
  expect(kept.all.length).toBe(Math.ceil(10_000 / 256));
});
