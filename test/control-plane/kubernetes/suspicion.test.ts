import { describe, expect, test } from "vitest";
import { Refusal } from "../../cluster/fake/object.ts";
import type { Follower } from "../../cluster/follower.ts";
import { bed, put, wellWatched } from "./list-watch-bed.ts";

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
