import { beforeAll, describe, expect, test } from "vitest";
import { TlsContexts } from "../../../src/data-plane/listeners/tls-contexts.ts";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { certificate, connect, echo, listen, makePair, presented, snapshotOf } from "./tls-support.ts";

let nameless: CertificatePair;
let exact: CertificatePair;
let wildcard: CertificatePair;
let other: CertificatePair;
let broken: CertificatePair;

beforeAll(async () => {
  [nameless, exact, wildcard, other] = (await Promise.all(["default", "exact", "wildcard", "other"].map(makePair))) as [
    CertificatePair,
    CertificatePair,
    CertificatePair,
    CertificatePair,
  ];
  broken = { chain: exact.chain, privateKey: wildcard.privateKey };
});

const defaultCertificate = (): Promise<CertificatePair> => Promise.resolve(nameless);

describe("which certificate is presented", () => {
  test.each([
    ["shop.example.com", "exact"],
    ["SHOP.Example.COM", "exact"],
    ["shop.example.com.", "exact"],
    ["SHOP.example.com.", "exact"],
    ["blog.example.com", "wildcard"],
    ["Blog.EXAMPLE.com.", "wildcard"],
    ["a.blog.example.com", "default"],
    ["example.com", "default"],
    [".example.com", "default"],
    ["*.example.com", "default"],
    ["unknown.test", "default"],
    ["localhost", "default"],
    ["shop.example.com..", "default"],
    ["shop_1.example.com", "default"],
    ["shop/.example.com", "default"],
    [`${"a".repeat(64)}.example.com`, "default"],
    ["__proto__", "default"],
    ["constructor", "default"],
    [undefined, "default"],
  ])("%s: %s", async (servername, expected) => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(
      snapshotOf(
        certificate("exact", ["shop.example.com"], exact),
        certificate("wildcard", ["*.example.com"], wildcard),
      ),
    );
    expect(await presented(listener, servername)).toBe(expected);
    expect(listener.failures).toEqual([]);
  });

  test("before the first snapshot, and after close, the default one", async () => {
    await using listener = await listen({ defaultCertificate });
    expect(await presented(listener, "shop.example.com")).toBe("default");
    listener.contexts.apply(snapshotOf(certificate("exact", ["shop.example.com"], exact)));
    expect(await presented(listener, "shop.example.com")).toBe("exact");
    listener.contexts.close();
    expect(await presented(listener, "shop.example.com")).toBe("default");
  });
});

describe("a change of certificates", () => {
  test("leaves open connections alone and serves new ones by the new certificate", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], exact)));
    const old = await connect(listener, { servername: "shop.example.com" });
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], other)));
    expect(await presented(listener, "shop.example.com")).toBe("other");
    expect(await echo(old, "still here")).toBe("still here");
    listener.contexts.apply(snapshotOf());
    expect(await presented(listener, "shop.example.com")).toBe("default");
    expect(await echo(old, "still here")).toBe("still here");
    expect(old.getPeerCertificate().subject.CN).toBe("exact");
    old.destroy();
  });

  test("moves a name from one certificate to another", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(
      snapshotOf(certificate("a", ["shop.example.com"], exact), certificate("b", ["blog.example.com"], other)),
    );
    expect(await presented(listener, "shop.example.com")).toBe("exact");
    listener.contexts.apply(
      snapshotOf(certificate("a", [], exact), certificate("b", ["blog.example.com", "shop.example.com"], other)),
    );
    expect(await presented(listener, "shop.example.com")).toBe("other");
  });

  test("builds a context when the first client asks, once a revision", async () => {
    await using listener = await listen({ defaultCertificate });
    const web = certificate("web", ["shop.example.com"], exact);
    const blog = certificate("blog", ["blog.example.com"], wildcard);
    listener.contexts.apply(snapshotOf(web, blog));
    expect(listener.built).toEqual([]);
    await Promise.all([1, 2, 3].map(() => presented(listener, "shop.example.com")));
    expect(listener.built).toEqual([web]);
    await presented(listener, "blog.example.com");
    listener.contexts.apply(snapshotOf(web, { ...blog, ...other }));
    expect(await presented(listener, "shop.example.com")).toBe("exact");
    expect(await presented(listener, "blog.example.com")).toBe("other");
    expect(listener.built).toEqual([web, blog, { ...blog, ...other }]);
  });

  test("keeps as many contexts as its capacity says, those last used", async () => {
    await using listener = await listen({ defaultCertificate, capacity: 2 });
    const a = certificate("a", ["a.test"], exact);
    const b = certificate("b", ["b.test"], wildcard);
    const c = certificate("c", ["c.test"], other);
    listener.contexts.apply(snapshotOf(a, b, c));
    for (const name of ["a.test", "b.test", "a.test", "c.test", "a.test"]) await presented(listener, name);
    expect(listener.built).toEqual([a, b, c]);
    expect(await presented(listener, "b.test")).toBe("wildcard");
    expect(listener.built).toEqual([a, b, c, b]);
  });
});

describe("a pair that is refused", () => {
  test("keeps the last good certificate of that name and is told once", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], exact)));
    expect(await presented(listener, "shop.example.com")).toBe("exact");
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], broken)));
    for (let time = 0; time < 3; time += 1) expect(await presented(listener, "shop.example.com")).toBe("exact");
    expect(listener.problems).toHaveLength(1);
    expect(listener.problems[0]).toMatch(
      /^certificate web of Secret shop\/web is refused \(.*key values mismatch.*\); the last good one stays/,
    );
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], other)));
    expect(await presented(listener, "shop.example.com")).toBe("other");
    expect(listener.problems).toHaveLength(1);
  });

  test("keeps the last good one though no client has asked for any of several", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], exact)));
    for (const chain of ["nonsense", "", "more nonsense"]) {
      listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], { ...broken, chain })));
    }
    expect(await presented(listener, "shop.example.com")).toBe("exact");
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], other)));
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], broken)));
    expect(await presented(listener, "shop.example.com")).toBe("other");
  });

  test("goes to the default certificate when there never was a good one", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], broken)));
    expect(await presented(listener, "shop.example.com")).toBe("default");
    expect(await presented(listener, "shop.example.com")).toBe("default");
    expect(listener.problems).toHaveLength(1);
    expect(listener.problems[0]).toContain("the default certificate is served");
    listener.contexts.apply(snapshotOf(certificate("web", ["shop.example.com"], { ...broken, chain: "nonsense" })));
    expect(await presented(listener, "shop.example.com")).toBe("default");
  });

  test("takes nothing from its neighbours", async () => {
    await using listener = await listen({ defaultCertificate });
    listener.contexts.apply(
      snapshotOf(certificate("bad", ["bad.test"], broken), certificate("good", ["good.test"], other)),
    );
    expect(await presented(listener, "bad.test")).toBe("default");
    expect(await presented(listener, "good.test")).toBe("other");
  });
});

describe("the default certificate", () => {
  test("is asked for by the name in normal form, once while kept, and with null for what is no name", async () => {
    const pairs = new Map([["shop.example.com", exact]]);
    await using listener = await listen({
      defaultCertificate: (name) => Promise.resolve(pairs.get(name ?? "") ?? nameless),
    });
    expect(await presented(listener, "Shop.Example.com.")).toBe("exact");
    await Promise.all([1, 2, 3].map(() => presented(listener, "shop.example.com")));
    expect(await presented(listener, "not_a_name")).toBe("default");
    expect(await presented(listener)).toBe("default");
    expect(listener.asked).toEqual([null, "shop.example.com"]);
  });

  test("is asked for once by clients that come at once", async () => {
    const answer = Promise.withResolvers<CertificatePair>();
    await using listener = await listen({
      defaultCertificate: (name) => (name === null ? Promise.resolve(nameless) : answer.promise),
    });
    const clients = [1, 2, 3].map(() => presented(listener, "slow.test"));
    // A fourth client that needs no answer is served meanwhile.
    expect(await presented(listener, "not_a_name")).toBe("default");
    answer.resolve(other);
    expect(await Promise.all(clients)).toEqual(["other", "other", "other"]);
    expect(listener.asked).toEqual([null, "slow.test"]);
    expect(listener.built).toEqual([nameless, other]);
  });

  test("is one context for all the names clients invent, when it is one pair", async () => {
    await using listener = await listen({ defaultCertificate, capacity: 2 });
    for (const name of ["a.test", "b.test", "c.test", "a.test"]) await presented(listener, name);
    expect(listener.built).toEqual([nameless]);
    expect(listener.asked).toEqual([null, "a.test", "b.test", "c.test", "a.test"]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("no authority"))],
    [
      "throws",
      () => {
        throw new Error("no authority");
      },
    ],
    ["gives a broken pair", () => Promise.resolve(broken)],
  ])("that %s fails that handshake only, and is asked for again", async (_how, fail) => {
    let failing = true;
    await using listener = await listen({
      defaultCertificate: (name) => (name === "bad.test" && failing ? fail() : Promise.resolve(nameless)),
    });
    const old = await connect(listener, { servername: "good.test" });
    await expect(presented(listener, "bad.test")).rejects.toThrow();
    expect(listener.failures.map((error) => error.message)).toEqual([expect.stringMatching(/no authority|mismatch/)]);
    expect(await echo(old, "still here")).toBe("still here");
    expect(await presented(listener, "good.test")).toBe("default");
    failing = false;
    expect(await presented(listener, "bad.test")).toBe("default");
    old.destroy();
  });

  test("must be there before a listener can be made", () => {
    expect(() => new TlsContexts({ defaultCertificate }).secureOptions()).toThrow(/prepare/);
  });

  test("a client that leaves before its certificate is there harms nobody", async () => {
    const answer = Promise.withResolvers<CertificatePair>();
    const asked = Promise.withResolvers<void>();
    await using listener = await listen({
      defaultCertificate: (name) => {
        if (name === null) return Promise.resolve(nameless);
        asked.resolve();
        return answer.promise;
      },
    });
    const { connect: dial } = await import("node:tls");
    const client = dial({ port: listener.port, host: "127.0.0.1", servername: "slow.test" });
    client.on("error", () => {});
    await asked.promise;
    client.destroy();
    answer.resolve(other);
    expect(await presented(listener, "slow.test")).toBe("other");
  });
});
