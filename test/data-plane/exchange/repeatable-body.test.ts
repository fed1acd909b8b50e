import { expect, test } from "vitest";
import { RepeatableBody } from "../../../src/data-plane/exchange/repeatable-body.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { headers } from "../../support/exchanges.ts";

const BOUND = 10;

function start() {
  const source = new CountingSource();
  const incoming = new IncomingBody(null, source, BOUND);
  const push = (text: string): void => {
    incoming.push(Buffer.from(text));
    incoming.flush();
  };
  return { source, incoming, push, body: new RepeatableBody(incoming, BOUND) };
}

test("goes to its sink as it comes, with its trailers", async () => {
  const { incoming, push, body } = start();
  const sink = new KeepingSink();
  push("one ");
  const relayed = body.relayTo(sink);
  push("two");
  incoming.finish(headers(["x-sum", "7"]));
  await relayed;
  expect([sink.text, sink.ended, sink.trailers?.get("x-sum")]).toEqual(["one two", true, "7"]);
  expect(sink.flushes).toBeGreaterThan(0);
});

test("goes to a second sink from its beginning, with what came in between and what comes then", async () => {
  const { incoming, push, body } = start();
  const [first, second] = [new KeepingSink(), new KeepingSink()];
  const relayed = body.relayTo(first);
  push("a");
  body.detach();
  push("b");
  void body.relayTo(second);
  push("c");
  incoming.finish(null);
  await relayed;
  expect([first.text, first.ended]).toEqual(["a", false]);
  expect([second.text, second.ended]).toEqual(["abc", true]);
});

test("one that ended while nobody took it ends for the next, with its trailers", async () => {
  const { incoming, push, body } = start();
  const relayed = body.relayTo(new KeepingSink());
  body.detach();
  push("all");
  incoming.finish(headers(["x-sum", "3"]));
  await relayed;
  const second = new KeepingSink();
  await body.relayTo(second);
  expect([second.text, second.ended, second.trailers?.get("x-sum")]).toEqual(["all", true, "3"]);
});

test("while nobody takes it, no more than its bound is kept: the sender is paused, and goes on with the next sink", async () => {
  const { source, incoming, push, body } = start();
  const relayed = body.relayTo(new KeepingSink());
  body.detach();
  push("0123456789");
  expect([source.asked, body.untouched]).toEqual([["pause"], true]);
  const second = new KeepingSink();
  void body.relayTo(second);
  expect([source.asked, second.text]).toEqual([["pause", "resume"], "0123456789"]);
  incoming.finish(null);
  await relayed;
});

test("a sink that is full pauses the sender, also where it is the second", async () => {
  const { source, incoming, push, body } = start();
  const [first, second] = [new KeepingSink(), new KeepingSink()];
  first.full = true;
  const relayed = body.relayTo(first);
  push("a");
  expect(source.asked).toEqual(["pause"]);
  first.drained?.();
  expect(source.asked).toEqual(["pause", "resume"]);
  body.detach();
  second.full = true;
  void body.relayTo(second);
  push("b");
  second.drained?.();
  expect([source.asked, second.text]).toEqual([["pause", "resume", "pause", "resume"], "ab"]);
  incoming.finish(null);
  await relayed;
});

test.each([
  ["more than its bound was sent", (push: (text: string) => void) => push("01234567890")],
  ["the upstream has begun with it", (_push: unknown, body: RepeatableBody) => body.forget()],
])("cannot be repeated where %s", async (_why, happen) => {
  const { incoming, push, body } = start();
  const sink = new KeepingSink();
  const relayed = body.relayTo(sink);
  expect(body.untouched).toBe(true);
  happen(push, body);
  expect(body.untouched).toBe(false);
  await expect(body.relayTo(new KeepingSink())).rejects.toMatchObject({ failure: "internal_error" });
  push("!");
  incoming.finish(null);
  await relayed;
  expect(sink.text).toMatch(/!$/);
});

test("one that is cut off is cut off for each sink", async () => {
  const { incoming, push, body } = start();
  const first = body.relayTo(new KeepingSink());
  push("a");
  body.detach();
  const second = body.relayTo(new KeepingSink());
  const gone = new Failed("client_closed", "gone");
  incoming.fail(gone);
  await expect(first).rejects.toBe(gone);
  await expect(second).rejects.toBe(gone);
});
