import { describe, expect, test } from "vitest";
import { Refusal } from "../../cluster/fake/object.ts";
import { bed, put, wellWatched } from "./list-watch-bed.ts";

const PATH = "/api/v1/configmaps";

describe.each([
  ["streaming lists", true],
  ["paged lists", false],
])("with %s", (_what, streaming) => {
  test("what is there is listed, and every change is seen", async () => {
    const { fake, follow } = await bed();
    put(fake, "a", "1");
    put(fake, "b", "1");
    const follower = follow({ streaming });
    await follower.shows("a=1 b=1");
    put(fake, "a", "2");
    fake.remove("configmaps", "b");
    put(fake, "c", "1");
    await follower.shows("a=2 c=1");
    expect(fake.count("configmaps", "list")).toBe(streaming ? 0 : 1);
    expect(follower.watch.status).toMatchObject({ synced: true, problem: null, failures: 0, events: 3, objects: 2 });
  });

  test("a watch that ends is begun again at once from where it was, bookmarks included, without a list", async () => {
    const { fake, timers, follow } = await bed();
    put(fake, "a", "1");
    const follower = follow({ streaming });
    await wellWatched(fake, follower, timers);
    for (const end of ["end", "reset"] as const) {
      fake.put("services", { metadata: { name: `s-${end}` } });
      const { events } = follower.watch.status;
      fake.bookmark();
      put(fake, "b", end);
      await follower.shows(`a=1 b=${end}`);
      expect(follower.watch.status.events).toBe(events + 1);
      fake.bookmark();
      const { version } = fake;
      fake.watches("configmaps")[0]?.[end]();
      put(fake, "a", "1");
      await fake.until("a new watch", () => fake.seen.at(-1)?.query.get("resourceVersion") === version);
      await wellWatched(fake, follower, timers);
    }
    expect(follower.watch.status.lists).toBe(1);
    expect(follower.told.filter((told) => told.startsWith("waiting"))).toEqual([]);
  });

  test("410 has everything listed anew: deletions that nobody told are found, in one step", async () => {
    const { fake, timers, follow } = await bed();
    for (const name of ["a", "b", "c"]) put(fake, name, "1");
    const follower = follow({ streaming });
    await wellWatched(fake, follower, timers);
    const changes = follower.states.length;
    fake.watches("configmaps")[0]?.freeze();
    fake.remove("configmaps", "b");
    put(fake, "c", "2");
    put(fake, "d", "1");
    fake.collection("configmaps").compact();
    put(fake, "e", "1");
    fake.watches("configmaps")[0]?.reset();
    await fake.until("another watch", () => fake.count("configmaps", "watch") > 1);
    timers.advance(60_000);
    await follower.until("the waiting", () => follower.told.some((told) => told.startsWith("waiting")));
    timers.advance(60_000);
    await follower.shows("a=1 c=2 d=1 e=1");
    expect(follower.states.length).toBe(changes + 1);
    expect(follower.watch.status.lists).toBe(2);
  });

  test("410 as ERROR event in a watch that was well has everything listed at once", async () => {
    const { fake, timers, follow } = await bed();
    put(fake, "a", "1");
    const follower = follow({ streaming });
    await wellWatched(fake, follower, timers);
    fake.watches("configmaps")[0]?.error(new Refusal(410, "Expired", "too old"));
    put(fake, "a", "2");
    await follower.shows("a=2");
    expect(follower.watch.status.lists).toBe(2);
  });

  test("410 over and over is answered with longer and longer waits", async () => {
    const { fake, follow, timers, pauses } = await bed();
    put(fake, "a", "1");
    const follower = follow({ streaming });
    await wellWatched(fake, follower, timers);
    fake.fault({ fault: { status: 410, reason: "Expired" }, resource: "configmaps", times: 12 });
    fake.watches("configmaps")[0]?.end();
    const waits: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      waits.push(await pauses());
      timers.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
    expect(follower.shown).toBe("a=1");
  });

  test.each([
    ["503", { status: 503 }],
    ["500", { status: 500 }],
    ["a reset", "reset"],
    ["an answer that is cut off", "cut"],
    ["an answer that ends too early", "truncated"],
    ["an answer of another program", { body: "<html>" }],
    ["a list that is no list", { body: '{"items":7}' }],
  ] as const)("%s at the start is survived", async (_what, fault) => {
    const { fake, follow, afterFailure } = await bed();
    put(fake, "a", "1");
    if (streaming) fake.fault({ fault, verb: "watch" });
    if (!streaming || fault === "cut" || fault === "truncated") fake.fault({ fault, verb: "list" });
    const follower = follow({ streaming: streaming && fault !== "cut" && fault !== "truncated" });
    await afterFailure(follower, "waiting: unavailable");
    await follower.shows("a=1");
    expect(follower.states.length).toBe(1);
  });
});

test("streaming lists that are refused are given up for pages", async () => {
  const { fake, follow, afterFailure } = await bed();
  fake.watchList = false;
  put(fake, "a", "1");
  const follower = follow();
  await afterFailure(follower, "waiting: unavailable");
  await follower.shows("a=1");
  expect(fake.count("configmaps", "list")).toBe(1);
});

test("a long list comes in pages of 500, of one moment", async () => {
  const { fake, follow } = await bed();
  for (let index = 0; index < 1201; index += 1) put(fake, `c${index}`, "1");
  const follower = follow({ streaming: false });
  await follower.until("the list", () => follower.watch.status.synced);
  expect(follower.watch.status.objects).toBe(1201);
  expect([fake.count("configmaps", "list"), fake.count("configmaps", "page")]).toEqual([1, 2]);
  expect(follower.reads).toBe(1201);
});

test("pages that expire on the way are asked for in one piece", async () => {
  const { fake, follow } = await bed();
  for (let index = 0; index < 600; index += 1) put(fake, `c${index}`, "1");
  fake.fault({ fault: { status: 410, reason: "Expired" }, verb: "page" });
  const follower = follow({ streaming: false });
  await follower.until("the list", () => follower.watch.status.synced);
  expect(follower.watch.status).toMatchObject({ objects: 600, failures: 0 });
  expect(fake.seen.find(({ verb, query }) => verb === "list" && !query.has("limit"))).toBeDefined();
});

test("a watch is asked to end after 5 to 10 minutes, and to send bookmarks", async () => {
  const { fake, timers, follow } = await bed();
  const follower = follow({ random: () => 0.5 });
  await wellWatched(fake, follower, timers);
  const query = Object.fromEntries(fake.seen.at(-1)?.query ?? []);
  expect(query).toMatchObject({ watch: "true", allowWatchBookmarks: "true", timeoutSeconds: "450" });
});

test("a half-open watch is given up 30 seconds after it should have ended, and resumed", async () => {
  const { fake, timers, follow } = await bed();
  put(fake, "a", "1");
  const follower = follow();
  await wellWatched(fake, follower, timers);
  const [watch] = fake.watches("configmaps");
  watch?.freeze();
  put(fake, "a", "2");
  timers.advance(300_000 + 30_000 - 1_001);
  expect(watch?.open).toBe(true);
  timers.advance(1);
  await follower.shows("a=2");
  expect(follower.watch.status.lists).toBe(1);
});

test("a streaming list that falls silent is given up for pages", async () => {
  const { fake, timers, follow, afterFailure } = await bed();
  put(fake, "a", "1");
  fake.fault({ fault: "stall", verb: "watch" });
  const follower = follow();
  await fake.until("the request", () => fake.count("configmaps", "watch") === 1);
  timers.advance(65_000);
  await afterFailure(follower, "waiting: unavailable");
  await follower.shows("a=1");
});

test("an object that was made again is another one; one of which only the rest changed is the same", async () => {
  const { fake, follow } = await bed();
  put(fake, "a", "1");
  const follower = follow();
  await follower.shows("a=1");
  const [first] = follower.watch.values();
  fake.put("configmaps", { metadata: { name: "a", labels: { new: "label" } }, data: { v: "1" } });
  put(fake, "b", "1");
  await follower.shows("a=1 b=1");
  expect(follower.watch.get("default", "a")).toBe(first);
  expect(follower.states.length).toBe(2);
  fake.remove("configmaps", "a");
  put(fake, "a", "1");
  await follower.until("the new one", () => (follower.watch.get("default", "a") ?? first) !== first);
  expect(follower.watch.get("default", "a")?.uid).not.toBe(first?.uid);
});

test("a version is read once, also when everything is listed anew", async () => {
  const { fake, timers, follow } = await bed();
  for (const name of ["a", "b", "c"]) put(fake, name, "1");
  const follower = follow();
  await wellWatched(fake, follower, timers);
  const before = follower.watch.values();
  put(fake, "b", "2");
  await follower.shows("a=1 b=2 c=1");
  fake.watches("configmaps")[0]?.error(new Refusal(410, "Expired", "too old"));
  await follower.until("another list", () => follower.watch.status.lists === 2);
  expect(follower.reads).toBe(4);
  expect(follower.watch.values().filter((value) => before.includes(value)).length).toBe(2);
});

test("close ends a list, a watch and a wait, and nothing is told afterwards", async () => {
  const { fake, timers, follow } = await bed();
  fake.fault({ fault: "stall", verb: "list" });
  const listing = follow({ streaming: false });
  await fake.until("the list", () => fake.count("configmaps", "list") === 1);
  await listing.close();
  const watching = follow();
  await wellWatched(fake, watching, timers);
  await watching.close();
  await fake.until("no watch", () => fake.watches().length === 0);
  fake.fault({ fault: { status: 500 } });
  const waiting = follow({ path: PATH });
  await waiting.until("the wait", () => waiting.watch.status.phase === "waiting");
  await waiting.close();
  expect(timers.waits).toEqual([]);
});
