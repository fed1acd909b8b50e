import { expect, test } from "vitest";
import type { Exchange } from "../../../src/data-plane/exchange/exchange.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { forwardHandler } from "../../../src/data-plane/proxy/forward.ts";
import type { LiveUpstream } from "../../../src/data-plane/upstreams/live-upstream.ts";
import { exchange } from "../../support/exchanges.ts";

test("a client that left while a name was being resolved has its request sent to nobody", async () => {
  const resolved = Promise.withResolvers<void>();
  let chosen = 0;
  const upstream: Pick<LiveUpstream, "name" | "resolving" | "choose"> = {
    name: "shop",
    resolving: () => resolved.promise,
    choose: () => {
      chosen += 1;
      return null;
    },
  };
  const forward = forwardHandler(
    { kind: "forward", upstream: "shop" },
    {
      limits: DEFAULT_LIMITS,
      timeouts: { connect: 1000, read: 1000, send: 1000 },
      upstreamNamed: () => upstream as LiveUpstream,
    },
  );
  const asked: Exchange & { aborted: Failed | null } = exchange();
  const answer = forward(asked);
  asked.aborted = new Failed("client_closed", "gone");
  resolved.resolve();
  await expect(answer).rejects.toBe(asked.aborted);
  expect(chosen).toBe(0);
});
