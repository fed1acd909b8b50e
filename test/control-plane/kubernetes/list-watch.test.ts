import { describe, expect, onTestFinished, test } from "vitest";
import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import type { Identity } from "../../../src/control-plane/kubernetes/credentials.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { Refusal } from "../../cluster/fake/object.ts";
import { Follower, type FollowerOptions } from "../../cluster/follower.ts";
import { ManualTimers } from "../../support/manual-timers.ts";

const PATH = "/api/v1/configmaps";

async function bed(): Promise<{
  fake: FakeApiServer;
  timers: ManualTimers;
  follow: (options?: FollowerOptions) => Follower;
  /** Waits until the only follower pauses, and tells for how many milliseconds. */
  pauses: () => Promise<number>;
  /** Waits until the follower pauses after a failure, then lets it go on. */
  afterFailure: (follower: Follower, told: string) => Promise<void>;
}> {
  const fake = await new FakeApiServer().start();
  const timers = new ManualTimers();
  let token = "old";
  const identity = (): Identity => ({ headers: { authorization: `Bearer ${token}` }, tls: {} });
  const api = new ApiServer(
    {
      server: new URL(fake.url),
      about: "the test",
      identify(renew) {
        if (renew) token = "new";
        return Promise.resolve(identity());
      },
    },
    { timers },
  );
  const followers: Follower[] = [];
  onTestFinished(async () => {
    for (const follower of followers) await follower.close();
    api.close();
    await fake.stop();
  });
  const follow = (options: FollowerOptions = {}): Follower => {
    const follower = new Follower(api, { timers, ...options });
    followers.push(follower);
    return follower;
  };
  // A request under way has 65 seconds, a watch more than 300.
  const pauses = async (): Promise<number> => {
    await timers.until("a pause", () => timers.waits.length === 1 && (timers.waits[0] ?? 0) <= 60_000);
    return timers.waits[0] ?? 0;
  };
  const afterFailure = async (follower: Follower, told: string): Promise<void> => {
    await follower.until(told, () => follower.told.at(-1) === told);
    timers.advance(await pauses());
  };
  return { fake, timers, follow, pauses, afterFailure };
}

function put(fake: FakeApiServer, name: string, v: string): void {
  fake.put("configmaps", { metadata: { name }, data: { v } });
}

/** Waits until the follower has a watch that goes on from a version, and gives it a second of good health. */
async function wellWatched(fake: FakeApiServer, follower: Follower, timers: ManualTimers): Promise<void> {
  await fake.until("the watch", () => fake.watches("configmaps").length === 1);
  await timers.until("the end of the watch", () => timers.waits.length === 1 && (timers.waits[0] ?? 0) >= 300_000);
  await follower.until("the phase", () => follower.watch.status.phase === "watching");
  timers.advance(1_000);
}

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

describe("a stream that is not what it should be", () => {
  async function watched(): Promise<Awaited<ReturnType<typeof bed>> & { follower: Follower }> {
    const made = await bed();
    put(made.fake, "a", "1");
    const follower = made.follow();
    await wellWatched(made.fake, follower, made.timers);
    return { ...made, follower };
  }

  test.each([
    ["a line that is no JSON", '{"type":"ADDED","object":{"metadata"\n'],
    [
      "bad UTF-8",
      Buffer.concat([Buffer.from('{"type":"ADDED","object":{"x":"'), Buffer.from([0xff]), Buffer.from('"}}\n')]),
    ],
    ["an event of no type", '{"type":"CHANGED","object":{}}\n'],
    ["an object without a name", '{"type":"ADDED","object":{"metadata":{}}}\n'],
    ["a bookmark without a version", '{"type":"BOOKMARK","object":{}}\n'],
    ["an older bookmark", '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}\n'],
    ["an older event", '{"type":"MODIFIED","object":{"metadata":{"name":"z","resourceVersion":"7"}}}\n'],
    ["a line without end", Buffer.alloc(17 * 1024 * 1024, "x")],
  ])("%s has everything listed anew", async (_what, octets) => {
    const { fake, follower } = await watched();
    fake.watches("configmaps")[0]?.raw(octets);
    await follower.until("another list", () => follower.watch.status.lists === 2);
    expect(follower.watch.status.failures).toBe(1);
    put(fake, "a", "2");
    await follower.shows("a=2");
  });

  test("half a line at the end has everything listed anew", async () => {
    const { fake, follower } = await watched();
    fake.watches("configmaps")[0]?.raw('{"type":"ADDED"');
    fake.watches("configmaps")[0]?.end();
    await follower.until("another list", () => follower.watch.status.lists === 2);
  });

  test("what was said before is not taken for news", async () => {
    const { fake, follower } = await watched();
    fake.mangle = (lines) => [...lines, ...lines];
    put(fake, "a", "2");
    put(fake, "b", "1");
    fake.remove("configmaps", "b");
    put(fake, "c", "1");
    await follower.shows("a=2 c=1");
    expect(follower.watch.status).toMatchObject({ lists: 1, failures: 0 });
  });

  test("a deletion of nothing is nothing, and so is that of an object that another has taken the place of", async () => {
    const { fake, follower } = await watched();
    const [old] = fake.collection("configmaps").list();
    fake.remove("configmaps", "a");
    put(fake, "a", "2");
    await follower.shows("a=2");
    const { version } = fake;
    for (const name of ["a", "unknown"]) {
      const metadata = { ...old?.metadata, name, resourceVersion: version };
      fake.watches("configmaps")[0]?.send([{ type: "DELETED", object: { ...old, metadata } }]);
    }
    put(fake, "b", "1");
    await follower.shows("a=2 b=1");
    expect(follower.watch.status.lists).toBe(1);
  });

  test("MODIFIED of an object that is not known adds it", async () => {
    const { fake, follower } = await watched();
    fake.mangle = (lines) => lines.map((line) => ({ ...line, type: "MODIFIED" }));
    put(fake, "b", "1");
    await follower.shows("a=1 b=1");
    expect(follower.watch.status.lists).toBe(1);
  });

  test("a separator that JSON allows within a line does not end it", async () => {
    const { fake, follower } = await watched();
    put(fake, "b", "x\u2028y");
    await follower.shows("a=1 b=x\u2028y");
    expect(follower.watch.status.failures).toBe(0);
  });
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

describe("a list that lacks most of what was there", () => {
  async function relisted(hold: number): Promise<Awaited<ReturnType<typeof bed>> & { follower: Follower }> {
    const made = await bed();
    for (const name of ["a", "b", "c"]) put(made.fake, name, "1");
    const follower = made.follow({ hold, streaming: false });
    await wellWatched(made.fake, follower, made.timers);
    return { ...made, follower };
  }

  test("is believed when two more say the same", async () => {
    const { fake, timers, follower, pauses } = await relisted(10_000);
    fake.fault({ fault: "empty", verb: "list", times: 3 });
    fake.watches("configmaps")[0]?.error(new Refusal(410, "Expired", "too old"));
    for (const lists of [2, 3]) {
      expect(await pauses()).toBe(10_000);
      expect(follower.watch.status.lists).toBe(lists);
      expect(follower.watch.status.problem?.kind).toBe("suspicious");
      expect(follower.shown).toBe("a=1 b=1 c=1");
      timers.advance(10_000);
    }
    await follower.shows("");
  });

  test("is forgotten when the next one is whole", async () => {
    const { fake, timers, follower, pauses } = await relisted(10_000);
    const states = follower.states.length;
    fake.fault({ fault: "empty", verb: "list" });
    fake.watches("configmaps")[0]?.error(new Refusal(410, "Expired", "too old"));
    timers.advance(await pauses());
    await follower.until("the list", () => follower.watch.status.problem === null);
    expect(follower.states.length).toBe(states);
    expect(follower.shown).toBe("a=1 b=1 c=1");
  });

  test("is believed at once where doubts are switched off", async () => {
    const { fake, follower } = await relisted(0);
    fake.fault({ fault: "empty", verb: "list" });
    fake.watches("configmaps")[0]?.error(new Refusal(410, "Expired", "too old"));
    await follower.shows("");
  });

  test("one half is little enough to be believed", async () => {
    const { fake, follower } = await relisted(10_000);
    fake.watches("configmaps")[0]?.freeze();
    fake.remove("configmaps", "a");
    put(fake, "d", "1");
    fake.watches("configmaps")[0]?.reset();
    await follower.shows("b=1 c=1 d=1");
  });
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
