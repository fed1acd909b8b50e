import { describe, expect, test } from "vitest";
import type { Follower } from "../../cluster/follower.ts";
import { bed, put, wellWatched } from "./list-watch-bed.ts";

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
