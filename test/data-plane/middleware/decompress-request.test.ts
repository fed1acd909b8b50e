import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decompressRequest } from "../../../src/data-plane/middleware/decompress-request.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import { WholeBody } from "../../../src/data-plane/exchange/whole-body.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const SURROUNDINGS = { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) };
const ANSWER = { status: 200, reason: "", headers: headers(), body: null };

test("the body that goes on is untouched, and can be read in each of the three ways", async () => {
  const middleware = decompressRequest({}, SURROUNDINGS);
  for (const way of ["bytes", "stream"] as const) {
    const body = new WholeBody(gzipSync("hello").toString("latin1"));
    const asked = exchange({ body, headers: headers(["Content-Encoding", "gzip"], ["Content-Length", "25"]) });
    await middleware(asked, () => Promise.resolve(ANSWER));
    const { request } = asked;
    expect([request.body.untouched, request.body.length, request.headers.has("content-length")]).toEqual([
      true,
      null,
      false,
    ]);
    if (way === "bytes") expect((await request.body.bytes(5)).toString()).toBe("hello");
    else expect(Buffer.concat(await request.body.stream().toArray()).toString()).toBe("hello");
    expect(request.body.untouched).toBe(false);
  }
});

test.each([{ ratio: 0 }, { ratio: "100" }])("%j cannot be worked with", (options) => {
  expect(() => decompressRequest(options, SURROUNDINGS)).toThrow(/^decompress-request: /);
});
