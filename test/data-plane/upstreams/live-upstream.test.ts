import { describe, expect, onTestFinished, test } from "vitest";
import type { Body } from "../../../src/data-plane/exchange/body.ts";
import type { UpstreamConnection } from "../../../src/data-plane/http1/upstream-connection.ts";
import type { LiveEndpoint } from "../../../src/data-plane/upstreams/live-endpoint.ts";
import { LiveUpstream } from "../../../src/data-plane/upstreams/live-upstream.ts";
import type { Upstream } from "../../../src/snapshot/upstream.ts";
import { surroundings, upstreamRequest } from "../../support/endpoints.ts";
import { refusal } from "../../support/exchanges.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";
import { upstream } from "../../support/routes.ts";

function live(described: Upstream): LiveUpstream {
  const made = new LiveUpstream(described, surroundings(), true);
  onTestFinished(() => made.close());
  return made;
}

/** An endpoint; any, where nothing was tried yet. */
function choose(made: LiveUpstream, tried: readonly LiveEndpoint[] = []): LiveEndpoint {
  const chosen = made.choose(tried);
  if (chosen === null) throw new Error("every endpoint was tried");
  return chosen;
}

/** Every endpoint there is, in the order of their ports. */
function all(made: LiveUpstream): LiveEndpoint[] {
  const found: LiveEndpoint[] = [];
  for (let next = made.choose([]); next !== null; next = made.choose(found)) found.push(next);
  return found.toSorted((a, b) => a.port - b.port);
}

describe("choose", () => {
  test("spreads evenly", () => {
    const made = live(upstream("web", [1, 2, 3]));
    const counts = new Map<number, number>();
    for (let times = 0; times < 30; times++) {
      const { port } = choose(made);
      counts.set(port, (counts.get(port) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([10, 10, 10]);
  });

  test("leaves out what was tried, until all were", () => {
    const made = live(upstream("web", [1, 2]));
    const [first, second] = all(made) as [LiveEndpoint, LiveEndpoint];
    for (let times = 0; times < 4; times++) {
      expect(made.choose([first])).toBe(second);
      expect(made.choose([first, second])).toBeNull();
    }
  });

  test("fails where there is none, and says why", () => {
    const why = { kind: "endpoints", endpoints: [], whyEmpty: "Service shop/web has no ready endpoint" } as const;
    const made = live(upstream("web", [], { addressing: why }));
    expect(refusal(() => made.choose([]))).toBe("no_endpoints");
    expect(() => made.choose([])).toThrow("Service shop/web has no ready endpoint");
    expect(() => live(upstream("api", [])).choose([])).toThrow("upstream api has no endpoints");
  });
});

describe("apply", () => {
  test("an endpoint that stays keeps its connection, one that goes loses it, one that comes starts anew", async () => {
    const [stays, goes, comes] = await Promise.all([
      RecordingUpstream.start(),
      RecordingUpstream.start(),
      RecordingUpstream.start(),
    ]);
    const made = live(upstream("web", [stays.port, goes.port]));
    for (const endpoint of all(made)) {
      const connection = await endpoint.connect(1000, () => {});
      await ((await connection.send(upstreamRequest())).body as Body).bytes(100);
    }
    const before = all(made);
    made.apply(upstream("web", [comes.port, stays.port]));
    const after = all(made);
    const kept = after.filter((endpoint) => before.includes(endpoint));
    expect(kept.map(({ port }) => port)).toEqual([stays.port]);
    await (await goes.connection(0)).closed();
    const connection = (kept[0] as LiveEndpoint).takeIdle() as UpstreamConnection;
    await ((await connection.send(upstreamRequest({}, "/again"))).body as Body).bytes(100);
    expect(stays.connections).toHaveLength(1);
    expect(stays.requests.map(({ target }) => target)).toEqual(["/", "/again"]);
    expect(after.find(({ port }) => port === comes.port)?.takeIdle()).toBeNull();
  });

  test("a request that runs on an endpoint that goes comes to its end", async () => {
    const goes = await RecordingUpstream.start({ onRequest: () => null });
    const made = live(upstream("web", [goes.port]));
    const connection = await choose(made).connect(1000, () => {});
    const answer = connection.send(upstreamRequest());
    const { connection: recorded } = await goes.nextRequest();
    made.apply(upstream("web", []));
    expect(refusal(() => made.choose([]))).toBe("no_endpoints");
    recorded.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    expect((await ((await answer).body as Body).bytes(10)).toString()).toBe("hi");
    await recorded.closed();
  });

  test("another protocol makes every endpoint anew", () => {
    const made = live(upstream("web", [1]));
    const before = made.choose([]);
    made.apply(upstream("web", [1], { protocol: "https" }));
    expect(made.choose([])).not.toBe(before);
  });
});

describe("a name", () => {
  const named = (name: string, given: Partial<Upstream> = {}): Upstream =>
    upstream("db", [], { addressing: { kind: "dns", name, port: 5432 }, ...given });

  test("is resolved before the first choice, and not again while it is fresh", async () => {
    const made = live(named("127.0.0.1"));
    const resolving = made.resolving();
    expect(resolving).not.toBeNull();
    await resolving;
    expect(choose(made).name).toBe("127.0.0.1:5432");
    expect(made.resolving()).toBeNull();
  });

  test("stays resolved through a snapshot that says the same, not through another name or protocol", async () => {
    const made = live(named("127.0.0.1"));
    await made.resolving();
    const before = made.choose([]);
    made.apply(named("127.0.0.1"));
    expect(made.resolving()).toBeNull();
    expect(made.choose([])).toBe(before);
    made.apply(named("127.0.0.2"));
    await made.resolving();
    expect(choose(made).address).toBe("127.0.0.2");
    const second = made.choose([]);
    made.apply(named("127.0.0.2", { protocol: "https" }));
    await made.resolving();
    expect(made.choose([])).not.toBe(second);
  });

  test("that was replaced by a list while it was resolved does not come back", async () => {
    const made = live(named("127.0.0.1"));
    const resolving = made.resolving();
    made.apply(upstream("db", [7]));
    await resolving;
    expect(choose(made).name).toBe("127.0.0.1:7");
  });
});

test("an IPv6 endpoint is named in brackets", () => {
  const addressing = { kind: "endpoints", endpoints: [{ address: "2001:db8::1", port: 80 }] } as const;
  expect(choose(live(upstream("web", [], { addressing }))).name).toBe("[2001:db8::1]:80");
});
