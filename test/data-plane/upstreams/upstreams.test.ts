import { expect, onTestFinished, test } from "vitest";
import { Upstreams } from "../../../src/data-plane/upstreams/upstreams.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../../src/snapshot/snapshot.ts";
import type { Upstream } from "../../../src/snapshot/upstream.ts";
import { surroundings, upstreamRequest } from "../../support/endpoints.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";
import { upstream } from "../../support/routes.ts";

const snapshot = (...upstreams: Upstream[]): RoutingSnapshot => seal({ virtualHosts: [], upstreams, certificates: [] });

function start(): Upstreams {
  const made = new Upstreams(surroundings(), true);
  onTestFinished(() => made.close());
  return made;
}

test("an upstream lives as long as snapshots list it", () => {
  const upstreams = start();
  expect(upstreams.get("web")).toBeUndefined();
  upstreams.apply(snapshot(upstream("web", [1]), upstream("api", [2])));
  const web = upstreams.get("web");
  upstreams.apply(snapshot(upstream("web", [1, 3])));
  expect(upstreams.get("web")).toBe(web);
  expect(upstreams.get("api")).toBeUndefined();
});

test("an upstream that did not change keeps its endpoints, one that did gets its own", () => {
  const upstreams = start();
  upstreams.apply(snapshot(upstream("web", [1]), upstream("api", [2])));
  const [web, api] = [upstreams.get("web")?.choose([]), upstreams.get("api")?.choose([])];
  upstreams.apply(snapshot(upstream("web", [1]), upstream("api", [4])));
  expect(upstreams.get("web")?.choose([])).toBe(web);
  expect(upstreams.get("api")?.choose([])).not.toBe(api);
  expect(upstreams.get("api")?.choose([])?.port).toBe(4);
});

test("an upstream that goes closes its connections, and so does the end of all", async () => {
  const [first, second] = await Promise.all([RecordingUpstream.start(), RecordingUpstream.start()]);
  const upstreams = start();
  upstreams.apply(snapshot(upstream("first", [first.port]), upstream("second", [second.port])));
  const free = await idle(upstreams, "first");
  upstreams.apply(snapshot(upstream("second", [second.port])));
  await (await first.connection(0)).closed();
  expect(free()).toBeNull();
  await idle(upstreams, "second");
  upstreams.close();
  await (await second.connection(0)).closed();
});

async function idle(upstreams: Upstreams, name: string) {
  const endpoint = upstreams.get(name)?.choose([]);
  if (endpoint === undefined || endpoint === null) throw new Error(`no upstream ${name}`);
  const connection = await endpoint.connect(1000, () => {});
  const { body } = await connection.send(upstreamRequest());
  if (typeof body === "object" && body !== null) await body.bytes(100);
  return () => endpoint.takeIdle();
}
