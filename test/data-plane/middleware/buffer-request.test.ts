import { expect, test } from "vitest";
import { bufferRequest } from "../../../src/data-plane/middleware/buffer-request.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { WholeBody } from "../../../src/data-plane/exchange/whole-body.ts";
import { KeepingSink } from "../../support/body-sink.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const surroundings = (heldBytes = new HeldBytes(100)) => ({ publicHttpsPort: () => null, heldBytes });
const ANSWER = { status: 200, reason: "", headers: headers(), body: null };

test("what is held counts until the request is answered, or has failed", async () => {
  const held = new HeldBytes(10);
  const middleware = bufferRequest({ bytes: 50 }, surroundings(held));
  const asked = exchange({ body: new WholeBody("a body of 20 octets.") });
  await middleware(asked, () => {
    expect(held.hasRoom).toBe(false);
    return Promise.resolve(ANSWER);
  });
  expect(held.hasRoom).toBe(true);
  const failing = middleware(exchange({ body: new WholeBody("a body of 20 octets.") }), () =>
    Promise.reject(new Failed("no_endpoints", "none")),
  );
  await expect(failing).rejects.toMatchObject({ failure: "no_endpoints" });
  expect(held.hasRoom).toBe(true);
});

test("the body that goes on is untouched, is read once, and has its own limit", async () => {
  const middleware = bufferRequest({ bytes: 50 }, surroundings());
  const asked = exchange({ body: new WholeBody("hello") });
  await middleware(asked, () => Promise.resolve(ANSWER));
  const { body } = asked.request;
  expect([body.untouched, body.length]).toEqual([true, 5]);
  const sink = new KeepingSink();
  await body.relayTo(sink);
  expect([sink.text, sink.ended, body.untouched]).toEqual(["hello", true, false]);
  await expect(body.relayTo(new KeepingSink())).rejects.toMatchObject({ failure: "internal_error" });

  const read = exchange({ body: new WholeBody("hello") });
  await middleware(read, () => Promise.resolve(ANSWER));
  await expect(read.request.body.bytes(4)).rejects.toMatchObject({ failure: "payload_too_large" });
});

test.each([{}, { bytes: 0 }, { bytes: "64k" }])("%j cannot be worked with", (options) => {
  expect(() => bufferRequest(options, surroundings())).toThrow(/^buffer-request: /);
});
