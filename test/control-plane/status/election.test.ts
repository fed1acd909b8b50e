import { expect, onTestFinished, test } from "vitest";
import { Election } from "../../../src/control-plane/status/election.ts";
import type { Lease } from "../../../src/control-plane/status/lease.ts";
import { clientOf } from "../../cluster/contracts/cluster-under-test.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { Waiting } from "../../support/waiting.ts";

const TTL = 30_000;
const PATH = "/apis/coordination.k8s.io/v1/namespaces/default/leases/leader";

async function fakeServer(): Promise<FakeApiServer> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  return fake;
}

interface Candidate {
  readonly election: Election;
  readonly timers: ManualTimers;
  readonly problems: (string | null)[];
  /** Waits until this one has looked at the Lease, and rests. */
  looked(): Promise<void>;
  until(what: string, ready: () => boolean): Promise<void>;
  /** A quarter of the time to live passes for this one, and it looks at the Lease again. */
  turn(): Promise<void>;
}

function candidate(fake: FakeApiServer, identity: string): Candidate {
  const api = clientOf({ url: fake.url, credentials: {} });
  const timers = new ManualTimers();
  const waiting = new Waiting();
  const problems: (string | null)[] = [];
  const election = new Election({
    api,
    namespace: "default",
    name: "leader",
    identity,
    ttl: TTL,
    timers,
    onChange: () => waiting.changed(),
    onProblem: (problem) => {
      problems.push(problem?.message ?? null);
      waiting.changed();
    },
  });
  onTestFinished(() => election.close());
  // Between two looks nothing waits but the pause.
  const rests = (): boolean => timers.waits.length === 1 && timers.waits[0] === TTL / 4;
  const settled = (): Promise<void> => timers.until("the pause between two looks", rests);
  return {
    election,
    timers,
    problems,
    looked: settled,
    until: (what, ready) => waiting.until(what, ready),
    async turn() {
      timers.advance(TTL / 4);
      await settled();
    },
  };
}

/** The first candidate, which has looked at the Lease and has it. */
async function leader(fake: FakeApiServer): Promise<Candidate> {
  const a = candidate(fake, "a");
  a.election.start();
  await a.looked();
  return a;
}

/** With a second one, which has seen that. */
async function leaderAndFollower(fake: FakeApiServer): Promise<[Candidate, Candidate]> {
  const a = await leader(fake);
  const b = candidate(fake, "b");
  b.election.start();
  await b.looked();
  return [a, b];
}

const leaseOf = (fake: FakeApiServer): Lease => fake.collection("leases").get("default", "leader") as unknown as Lease;

test("the first to come leads, the second waits and is told who does", async () => {
  const fake = await fakeServer();
  const [a, b] = await leaderAndFollower(fake);
  expect([a.election.leads, b.election.leads, b.election.holder]).toEqual([true, false, "a"]);
  expect(leaseOf(fake).spec).toMatchObject({ holderIdentity: "a", leaseDurationSeconds: 30, leaseTransitions: 1 });
  expect(leaseOf(fake).spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
});

test("who renews stays the leader, however long the other waits", async () => {
  const fake = await fakeServer();
  const [a, b] = await leaderAndFollower(fake);
  for (let turn = 0; turn < 12; turn++) {
    await a.turn();
    await b.turn();
  }
  expect([a.election.leads, b.election.leads]).toEqual([true, false]);
});

test("a leader that is killed is replaced when its Lease has run out by the other's clock, not before", async () => {
  const fake = await fakeServer();
  const [a, b] = await leaderAndFollower(fake);
  for (let turn = 0; turn < 3; turn++) await b.turn();
  expect(b.election.leads).toBe(false);
  await b.turn();
  expect(b.election.leads).toBe(true);
  expect(leaseOf(fake).spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 2 });
  // The killed one comes back, finds that it was replaced, and follows.
  await a.turn();
  await a.turn();
  expect([a.election.leads, a.election.holder]).toEqual([false, "b"]);
});

test("a time written by a clock that is wrong decides nothing", async () => {
  const fake = await fakeServer();
  const spec = { holderIdentity: "old", leaseDurationSeconds: 30, renewTime: "2001-01-01T00:00:00.000000Z" };
  fake.put("leases", { metadata: { name: "leader" }, spec });
  const b = candidate(fake, "b");
  b.election.start();
  await b.looked();
  expect(b.election.leads).toBe(false);
});

test("a leader that ends gives the Lease back, and the next has it at its next look", async () => {
  const fake = await fakeServer();
  const [a, b] = await leaderAndFollower(fake);
  await a.election.close();
  expect(leaseOf(fake).spec.holderIdentity).toBe("");
  await b.turn();
  expect(b.election.leads).toBe(true);
});

test("a Lease is given back also when the answer to its last renewal was lost", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  fake.fault({ resource: "leases", verb: "update", times: 1, fault: "cut" });
  await a.turn();
  await a.election.close();
  expect(leaseOf(fake).spec.holderIdentity).toBe("");
});

test("a Lease is given back also while a renewal is on its way", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.fault({ resource: "leases", verb: "update", times: 1, fault: { after: promise } });
  a.timers.advance(TTL / 4);
  await fake.until("the renewal", () => fake.count("leases", "update") === 1);
  // It reaches the store when we have looked and are about to write.
  const second = fake.until("the Lease to be given back", () => fake.count("leases", "update") === 2).then(resolve);
  fake.fault({ resource: "leases", verb: "update", times: 1, fault: { after: second } });
  await a.election.close();
  expect(leaseOf(fake).spec.holderIdentity).toBe("");
});

test("a leader that cannot renew steps down before another may take over", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  const well = fake.fault({ resource: "leases", times: Infinity, fault: { status: 500 } });
  await a.turn();
  expect(a.election.leads).toBe(true);
  await a.turn();
  expect(a.election.leads).toBe(false);
  expect(a.problems).toEqual(["the test answers 500"]);
  well();
  await a.turn();
  expect(a.election.leads).toBe(true);
  expect(a.problems).toEqual(["the test answers 500", null]);
});

test("an API server that does not answer is not waited for longer than we may lead", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  fake.fault({ resource: "leases", times: 1, fault: "stall" });
  a.timers.advance(TTL / 4);
  await fake.until("the renewal", () => fake.count("leases", "update") === 1);
  a.timers.advance(TTL / 6);
  await a.looked();
  fake.fault({ resource: "leases", times: 1, fault: { status: 500 } });
  await a.turn();
  expect(a.election.leads).toBe(false);
  expect(a.problems.slice(0, 1)).toEqual(["the API server did not answer in time about the Lease"]);
});

test("what an API server refuses that has just started is no problem of rights", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  await fake.stop();
  await a.turn();
  await fake.start();
  fake.fault({ fault: { status: 403, reason: "Forbidden" }, resource: "leases", times: 4 });
  for (let count = 0; count < 5; count += 1) await a.turn();
  expect(a.election.leads).toBe(true);
  expect(a.problems).toEqual([expect.stringContaining("127.0.0.1"), null]);
});

test("of two that take it at once, one has it", async () => {
  const fake = await fakeServer();
  fake.put("leases", { metadata: { name: "leader" }, spec: { holderIdentity: "" } });
  const all = ["a", "b", "c"].map((name) => candidate(fake, name));
  for (const one of all) one.election.start();
  await Promise.all(all.map((one) => one.looked()));
  const leaders = all.filter(({ election }) => election.leads);
  expect(leaders).toHaveLength(1);
  expect(leaseOf(fake).spec.holderIdentity).toBe(leaders[0]?.election.holder);
});

test("a Lease that somebody deleted is made anew by who led", async () => {
  const fake = await fakeServer();
  const a = await leader(fake);
  fake.remove("leases", "leader");
  await a.turn();
  await a.turn();
  expect(a.election.leads).toBe(true);
  expect((await clientOf({ url: fake.url, credentials: {} }).request<Lease>("GET", PATH)).spec.holderIdentity).toBe(
    "a",
  );
});
