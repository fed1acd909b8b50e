import { expect } from "vitest";
import { get, type Http2Gateway, openSession } from "./http2-client.ts";

/** Requests of a good client, one after another until the attack is over. */
export async function goodTraffic(gateway: Http2Gateway, attack: Promise<void>): Promise<number> {
  const session = await openSession(gateway);
  const state = { over: false };
  void attack.then(() => (state.over = true));
  let served = 0;
  do {
    expect((await get(session, "/good")).body.toString()).toBe("/good");
    served += 1;
  } while (!state.over || served < 10);
  await attack;
  return served;
}
