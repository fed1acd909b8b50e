import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type BodyDecoder, bodyDecoder } from "../../../src/data-plane/http1/body-decoder.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { anyCuts, cut } from "../../support/pieces.ts";

function start(framing: Parameters<typeof bodyDecoder>[0]): {
  decoder: BodyDecoder;
  body: IncomingBody;
  sink: KeepingSink;
} {
  const decoder = bodyDecoder(framing, 100) as BodyDecoder;
  const body = new IncomingBody(null, new CountingSource(), 1024);
  const sink = new KeepingSink();
  void body.relayTo(sink);
  return { decoder, body, sink };
}

test("no body, no decoder", () => expect(bodyDecoder({ kind: "none" }, 100)).toBeNull());

test("a length is counted, however it is cut, and what follows is left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(50), anyCuts, (length, more, cuts) => {
      const octets = "x".repeat(length) + "y".repeat(more);
      const { decoder, body, sink } = start({ kind: "length", length });
      let rest = "";
      for (const piece of cut(octets, cuts))
        rest += piece.toString("latin1", body.settled ? 0 : decoder.decode(piece, 0, body));
      expect(sink.text).toBe("x".repeat(length));
      expect(rest).toBe("y".repeat(more));
      expect(body.complete && sink.ended).toBe(true);
    }),
  );
});

test("a length that is not reached is not complete, and the end of the connection does not make it so", () => {
  const { decoder, body } = start({ kind: "length", length: 5 });
  expect(decoder.decode(Buffer.from("..1234"), 2, body)).toBe(6);
  expect(body.settled).toBe(false);
  expect(decoder.endsWithConnection).toBe(false);
  expect(start({ kind: "chunked" }).decoder.endsWithConnection).toBe(false);
});

test("until-close takes everything, and ends with the connection alone", () => {
  const { decoder, body, sink } = start({ kind: "until-close" });
  expect(decoder.decode(Buffer.from("HEADabc"), 4, body)).toBe(7);
  expect(decoder.decode(Buffer.from("def"), 0, body)).toBe(3);
  expect(decoder.decode(Buffer.alloc(0), 0, body)).toBe(0);
  expect(sink.text).toBe("abcdef");
  expect(body.settled).toBe(false);
  expect(decoder.endsWithConnection).toBe(true);
});
