import { expect, test } from "vitest";
import { showStreams } from "../../src/cli/show-streams.ts";
import { snapshotOfStreams } from "../support/start-streams.ts";

test("ports in order, where they lead, and who says so", () => {
  const to = [{ port: 6379 }, { port: 6380 }];
  const both = { in: true, out: true };
  const snapshot = snapshotOfStreams([
    { protocol: "udp", port: 53, to: [] },
    { port: 10_000, to },
    { port: 9000, to: [{ port: 25 }], proxyProtocol: both },
  ]);
  expect(showStreams(snapshot)).toEqual([
    "TCP 9000   -> shop/tcp 9000 = 127.0.0.1:25        PROXY in and out  ConfigMap shop/tcp-services",
    "TCP 10000  -> shop/tcp 10000 = 127.0.0.1:6379 +1                    ConfigMap shop/tcp-services",
    "UDP 53     -> shop/udp 53 = no endpoint                             ConfigMap shop/udp-services",
  ]);
  expect(showStreams({ upstreams: [] })).toEqual([]);
});
