import { onTestFinished } from "vitest";
import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import type { Identity } from "../../../src/control-plane/kubernetes/credentials.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { Follower, type FollowerOptions } from "../../cluster/follower.ts";
import { ManualTimers } from "../../support/manual-timers.ts";

/** A fake API server, timers that stand still, and what follows the ConfigMaps of the one by the other. Gone with the test. */
export async function bed(): Promise<{
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

/** A ConfigMap of the fake API server: `v` is what followers show. */
export function put(fake: FakeApiServer, name: string, v: string): void {
  fake.put("configmaps", { metadata: { name }, data: { v } });
}

/** Waits until the follower has a watch that goes on from a version, and gives it a second of good health. */
export async function wellWatched(fake: FakeApiServer, follower: Follower, timers: ManualTimers): Promise<void> {
  await fake.until("the watch", () => fake.watches("configmaps").length === 1);
  await timers.until("the end of the watch", () => timers.waits.length === 1 && (timers.waits[0] ?? 0) >= 300_000);
  await follower.until("the phase", () => follower.watch.status.phase === "watching");
  timers.advance(1_000);
}
