import { Resolver } from "node:dns/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { DnsEndpoints } from "../../../src/data-plane/upstreams/dns-endpoints.ts";
import { NameServer } from "../../support/name-server.ts";

const NAME = "db.example.test";
const failing = (failure: string): unknown => expect.objectContaining({ failure });

interface Given {
  readonly name?: string;
  readonly loopback?: boolean;
  /** What the system finds without name servers; nothing, unless given. */
  readonly found?: Readonly<Record<string, readonly string[]>>;
}

async function start({ name = NAME, loopback = false, found = {} }: Given = {}) {
  const server = await NameServer.start();
  const looked: string[] = [];
  const resolved: string[] = [];
  const endpoints = new DnsEndpoints({
    name,
    port: 5432,
    allowLoopback: loopback,
    onResolved: (found) => resolved.push(found.map(({ address }) => address).join(" ")),
    sources: {
      servers: server.resolver(),
      lookup: (asked) => {
        looked.push(asked);
        const addresses = found[asked];
        if (addresses === undefined) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${asked}`));
        return Promise.resolve(addresses.map((address) => ({ address })));
      },
    },
  });
  const addressesAt = async (now: number): Promise<string[] | null> =>
    (await endpoints.refresh(now))?.map(({ address, port }) => `${address} ${port}`) ?? null;
  return { server, looked, resolved, endpoints, addressesAt };
}

describe("what a name leads to", () => {
  test("both families, with the port", async () => {
    const { server, looked, addressesAt } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1", "10.0.0.2"], ttl: 60 });
    server.records.set(`AAAA ${NAME}`, { addresses: ["2001:db8::1"], ttl: 60 });
    expect((await addressesAt(0))?.toSorted()).toEqual(["10.0.0.1 5432", "10.0.0.2 5432", "2001:db8::1 5432"]);
    expect(looked).toEqual([]);
  });

  test.each(["A", "AAAA"])("one family is enough: %s", async (family) => {
    const { server, addressesAt } = await start();
    const address = family === "A" ? "10.0.0.1" : "2001:db8::1";
    server.records.set(`${family} ${NAME}`, { addresses: [address], ttl: 60 });
    expect(await addressesAt(0)).toEqual([`${address} 5432`]);
  });

  test("a dot at its end is no part of it", async () => {
    const { server, endpoints, addressesAt } = await start({ name: `${NAME}.` });
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: 60 });
    expect(await addressesAt(0)).toEqual(["10.0.0.1 5432"]);
    expect(endpoints.serves(NAME, 5432)).toBe(true);
    expect(endpoints.serves(`${NAME}.`, 5432)).toBe(true);
    expect(endpoints.serves(NAME, 80)).toBe(false);
  });

  test("a name of one label is the system's affair", async () => {
    const { server, looked, addressesAt } = await start({
      name: "localhost",
      loopback: true,
      found: { localhost: ["127.0.0.1"] },
    });
    expect(await addressesAt(0)).toEqual(["127.0.0.1 5432"]);
    expect(looked).toEqual(["localhost"]);
    expect(server.asked).toEqual([]);
    expect(await addressesAt(29_999)).toBeNull();
    expect(await addressesAt(30_000)).toEqual(["127.0.0.1 5432"]);
  });

  test("what name servers do not know the system may", async () => {
    const { addressesAt } = await start({ found: { [NAME]: ["10.9.9.9"] } });
    expect(await addressesAt(0)).toEqual(["10.9.9.9 5432"]);
  });

  test("an address is its own answer", async () => {
    const { server, looked, addressesAt } = await start({ name: "10.1.2.3" });
    expect(await addressesAt(0)).toEqual(["10.1.2.3 5432"]);
    expect([...server.asked, ...looked]).toEqual([]);
  });

  test("the system itself is asked where nobody else is given", async () => {
    const addresses = await new DnsEndpoints({ name: "localhost", port: 80, allowLoopback: true }).refresh(0);
    expect(addresses?.map(({ address }) => address)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/)]),
    );
  });
});

describe("time to live", () => {
  test.each([
    ["the least of the records", 60, 20, 20],
    ["at least a second", 0, 0, 1],
    ["at most an hour", 100_000, 100_000, 3600],
  ])("%s", async (_what, ttl4, ttl6, seconds) => {
    const { server, addressesAt } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: ttl4 });
    server.records.set(`AAAA ${NAME}`, { addresses: ["2001:db8::1"], ttl: ttl6 });
    await addressesAt(1000);
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.2"], ttl: ttl4 });
    server.records.delete(`AAAA ${NAME}`);
    expect(await addressesAt(1000 + seconds * 1000 - 1)).toBeNull();
    expect(server.asked).toHaveLength(2);
    expect(await addressesAt(1000 + seconds * 1000)).toEqual(["10.0.0.2 5432"]);
  });

  test("callers at the same time share one query", async () => {
    const { server, endpoints } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: 60 });
    const [first, second] = [endpoints.refresh(0), endpoints.refresh(1)];
    expect(first).toBe(second);
    await first;
    expect(server.asked.toSorted()).toEqual([`A ${NAME}`, `AAAA ${NAME}`]);
  });
});

describe("failing", () => {
  test("a name nobody knows", async () => {
    const { addressesAt } = await start();
    await expect(addressesAt(0)).rejects.toEqual(failing("name_not_resolved"));
  });

  test("is not remembered", async () => {
    const { server, addressesAt } = await start();
    await expect(addressesAt(0)).rejects.toEqual(failing("name_not_resolved"));
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: 60 });
    expect(await addressesAt(0)).toEqual(["10.0.0.1 5432"]);
  });

  test("later, the last answer stays, and the name is asked for again after a second", async () => {
    const { server, addressesAt } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: 10 });
    await addressesAt(0);
    server.broken = true;
    expect(await addressesAt(10_000)).toEqual(["10.0.0.1 5432"]);
    expect(await addressesAt(10_999)).toBeNull();
    server.broken = false;
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.2"], ttl: 10 });
    expect(await addressesAt(11_000)).toEqual(["10.0.0.2 5432"]);
  });
});

describe("a name server that is slow", () => {
  function slow() {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const answers: PromiseWithResolvers<{ readonly address: string }[]>[] = [];
    const resolved: string[] = [];
    const endpoints = new DnsEndpoints({
      name: "db",
      port: 5432,
      allowLoopback: false,
      onResolved: ([first]) => resolved.push(first?.address ?? ""),
      sources: {
        servers: new Resolver(),
        lookup: () => {
          const answer = Promise.withResolvers<{ readonly address: string }[]>();
          answers.push(answer);
          return answer.promise;
        },
      },
    });
    return { answers, resolved, endpoints };
  }

  test("costs who asks first five seconds", async () => {
    const { endpoints, answers, resolved } = slow();
    const first = expect(endpoints.refresh(0)).rejects.toEqual(failing("name_not_resolved"));
    await vi.advanceTimersByTimeAsync(5_000);
    await first;
    answers[0]?.resolve([{ address: "10.0.0.1" }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(resolved).toEqual(["10.0.0.1"]);
    expect(endpoints.refresh(5_000)).toBeNull();
  });

  test("costs one of those who have addresses a second, and the others nothing", async () => {
    const { endpoints, answers, resolved } = slow();
    const first = endpoints.refresh(0);
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.resolve([{ address: "10.0.0.1" }]);
    await first;
    const second = endpoints.refresh(30_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await second)?.[0]?.address).toBe("10.0.0.1");
    expect(endpoints.refresh(31_000)).toBeNull();
    answers[1]?.reject(new Error("ETIMEOUT"));
    await vi.advanceTimersByTimeAsync(0);
    // Asked again behind everybody's back.
    expect(endpoints.refresh(32_000)).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    answers[2]?.resolve([{ address: "10.0.0.2" }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(resolved).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(answers).toHaveLength(3);
  });
});

describe("addresses a name must not lead to", () => {
  test.each([
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "169.254.169.254",
    "::1",
    "::",
    "fe80::1",
    "::ffff:7f00:1",
    "::ffff:a9fe:a9fe",
  ])("%s is refused, but where loopback is allowed", async (address) => {
    for (const loopback of [false, true]) {
      const { server, addressesAt } = await start({ loopback });
      server.records.set(`${address.includes(":") ? "AAAA" : "A"} ${NAME}`, { addresses: [address], ttl: 60 });
      if (loopback) expect(await addressesAt(0)).toHaveLength(1);
      else await expect(addressesAt(0)).rejects.toEqual(failing("name_refused"));
    }
  });

  test("the others are used", async () => {
    const { server, addressesAt } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["127.0.0.1", "10.0.0.1"], ttl: 60 });
    expect(await addressesAt(0)).toEqual(["10.0.0.1 5432"]);
  });

  test("a name that leads there later keeps the addresses it had", async () => {
    const { server, addressesAt } = await start();
    server.records.set(`A ${NAME}`, { addresses: ["10.0.0.1"], ttl: 10 });
    await addressesAt(0);
    server.records.set(`A ${NAME}`, { addresses: ["127.0.0.1"], ttl: 10 });
    expect(await addressesAt(10_000)).toEqual(["10.0.0.1 5432"]);
  });

  test("an address that is written as the name is refused too", async () => {
    const { addressesAt } = await start({ name: "169.254.169.254" });
    await expect(addressesAt(0)).rejects.toEqual(failing("name_refused"));
  });
});
