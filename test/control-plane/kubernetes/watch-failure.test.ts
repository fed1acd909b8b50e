import { expect, test } from "vitest";
import { bed, put, wellWatched } from "./list-watch-bed.ts";

test("429 is waited for as long as the server asks, and no longer than 30 seconds", async () => {
  const { fake, timers, follow, pauses } = await bed();
  fake.fault({ fault: { status: 429, retryAfter: 7 } });
  fake.fault({ fault: { status: 429, retryAfter: 3600 } });
  const follower = follow();
  for (const wait of [7_000, 30_000]) {
    expect(await pauses()).toBe(wait);
    timers.advance(wait);
  }
  await follower.until("the list", () => follower.watch.status.synced);
});

test("an API server that is away costs nothing that is known, and one request each back-off", async () => {
  const { fake, timers, follow, pauses } = await bed();
  put(fake, "a", "1");
  const follower = follow();
  await wellWatched(fake, follower, timers);
  await fake.stop();
  for (let waited = 0; waited < 60_000;) {
    const wait = await pauses();
    waited += wait;
    timers.advance(wait);
  }
  await pauses();
  expect(follower.watch.status.failures).toBeLessThan(60);
  expect(follower.shown).toBe("a=1");
  await fake.start();
  put(fake, "a", "2");
  timers.advance(2_500);
  await follower.shows("a=2");
  expect(follower.watch.status.lists).toBe(1);
});

test("401 has the token read anew at once; a second one is waited for", async () => {
  const { fake, timers, follow, pauses } = await bed();
  put(fake, "a", "1");
  fake.tokens = ["new"];
  const follower = follow();
  await wellWatched(fake, follower, timers);
  expect(follower.watch.status.failures).toBe(0);
  fake.tokens = [];
  fake.watches("configmaps")[0]?.reset();
  put(fake, "a", "2");
  timers.advance(await pauses());
  await pauses();
  expect(follower.watch.status.problem?.kind).toBe("refused");
  fake.tokens = ["new"];
  timers.advance(30_000);
  await follower.shows("a=2");
});

test("403 keeps what is known, and is tried again within 60 seconds", async () => {
  const { fake, timers, follow } = await bed();
  put(fake, "a", "1");
  const follower = follow();
  await wellWatched(fake, follower, timers);
  const allow = fake.fault({ fault: { status: 403, reason: "Forbidden" }, times: Infinity });
  fake.watches("configmaps")[0]?.reset();
  put(fake, "a", "2");
  await follower.until("the refusal", () => follower.told.at(-1) === "waiting: refused");
  expect(follower.watch.status.problem).toMatchObject({ kind: "refused" });
  expect(follower.shown).toBe("a=1");
  allow();
  expect(timers.waits[0]).toBeLessThanOrEqual(60_000);
  timers.advance(timers.waits[0] ?? 0);
  await follower.shows("a=2");
  expect(follower.watch.status.problem).toBe(null);
});

test.each([
  ["refuses four times is one that has just started, and nobody hears of it", 4, ["waiting: unavailable", "watching"]],
  ["refuses five times means it", 5, ["waiting: unavailable", "waiting: refused", "watching"]],
])("a server that was away and %s", async (_what, times, told) => {
  const { fake, timers, follow, pauses } = await bed();
  const follower = follow();
  await wellWatched(fake, follower, timers);
  await fake.stop();
  await pauses();
  await fake.start();
  fake.fault({ fault: { status: 403, reason: "Forbidden" }, times });
  const before = follower.told.length - 1;
  for (let count = 0; count <= times; count += 1) timers.advance(await pauses());
  await follower.until("the watch", () => follower.watch.status.phase === "watching");
  expect(follower.told.slice(before)).toEqual(told);
});

test("a kind that the server does not have is looked for once a minute", async () => {
  const { fake, timers, follow } = await bed();
  fake.fault({ fault: { status: 404, reason: "NotFound" } });
  const follower = follow();
  await follower.until("the answer", () => follower.told.at(-1) === "waiting: absent");
  expect(timers.waits).toEqual([60_000]);
  put(fake, "a", "1");
  timers.advance(60_000);
  await follower.shows("a=1");
});

test("a version too new for the server is asked for again; after three times everything is listed", async () => {
  const { fake, timers, follow, pauses } = await bed();
  put(fake, "a", "1");
  const follower = follow();
  await wellWatched(fake, follower, timers);
  const causes = ["ResourceVersionTooLarge"];
  fake.fault({ fault: { status: 504, reason: "Timeout", causes }, verb: "watch", times: 3 });
  fake.watches("configmaps")[0]?.end();
  for (let count = 1; count <= 3; count += 1) timers.advance(await pauses());
  await follower.until("another list", () => follower.watch.status.lists === 2);
});
