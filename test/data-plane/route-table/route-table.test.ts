import { describe, expect, test } from "vitest";
import { RouteTable } from "../../../src/data-plane/route-table/route-table.ts";
import type { Route, VirtualHost } from "../../../src/snapshot/route.ts";
import { snapshotOfHosts, virtualHost } from "../../support/routes.ts";

function table(...hosts: readonly VirtualHost[]): RouteTable<string> {
  return new RouteTable(snapshotOfHosts(...hosts), (route) => route.name);
}

describe("hosts", () => {
  const routes = table(
    virtualHost("foo.com", ["Prefix /"]),
    virtualHost("*.foo.com", ["Prefix /", "Exact /only-wild"]),
    virtualHost("exact.foo.com", ["Prefix /only-exact"]),
    virtualHost("*.deep.foo.com", ["Prefix /"]),
    virtualHost("*", ["Prefix /"]),
  );

  test.each([
    ["foo.com", "foo.com"],
    ["bar.foo.com", "*.foo.com"],
    ["baz.bar.foo.com", "*"],
    ["exact.foo.com", "exact.foo.com"],
    ["a.deep.foo.com", "*.deep.foo.com"],
    ["deep.foo.com", "*.foo.com"],
    [".foo.com", "*"],
    ["com", "*"],
    ["xfoo.com", "*"],
    ["foo.com.", "*"],
    ["", "*"],
    ["*", "*"],
    ["__proto__", "*"],
  ])("%j is served by %s", (host, expected) => {
    expect(routes.virtualHostFor(host)).toBe(expected);
    const path = expected === "exact.foo.com" ? "/only-exact" : "/";
    expect(routes.match(host, path)?.target).toBe(`${expected} Prefix ${path}`);
    expect(routes.claims(host)).toBe(expected !== "*");
  });

  test("an exact host does not borrow the rules of the wildcard, nor of the hosts without name", () => {
    expect(routes.match("bar.foo.com", "/only-wild")?.target).toBe("*.foo.com Exact /only-wild");
    expect(routes.match("exact.foo.com", "/only-wild")).toBeNull();
    expect(routes.match("exact.foo.com", "/")).toBeNull();
  });

  test("without a catch-all nobody serves an unknown host", () => {
    const few = table(virtualHost("foo.com", ["Prefix /"]));
    expect(few.match("bar.com", "/")).toBeNull();
    expect(few.virtualHostFor("bar.com")).toBeNull();
    expect(few.match("", "/")).toBeNull();
  });

  test("names every virtual host", () => {
    expect(routes.hostNames().toSorted()).toEqual(["*", "*.deep.foo.com", "*.foo.com", "exact.foo.com", "foo.com"]);
    for (const name of routes.hostNames()) expect(routes.hostRoutes(name)).toBeDefined();
    expect(routes.hostRoutes("bar.foo.com")).toBeUndefined();
  });
});

describe("default backends", () => {
  const routes = table(
    virtualHost("own.example", ["Prefix /a"], "own default"),
    virtualHost("none.example", ["Prefix /a"]),
    virtualHost("*.wild.example", ["Prefix /a"], "wild default"),
    virtualHost("*", ["Prefix /any"], "catch-all default"),
  );

  test.each([
    ["own.example", "/a/b", "own.example Prefix /a", false],
    ["own.example", "/b", "own default", true],
    ["own.example", "/any", "own default", true],
    ["none.example", "/a", "none.example Prefix /a", false],
    ["none.example", "/b", "catch-all default", true],
    ["none.example", "/any", "catch-all default", true],
    ["x.wild.example", "/b", "wild default", true],
    ["unknown.example", "/any/thing", "* Prefix /any", false],
    ["unknown.example", "/b", "catch-all default", true],
    ["", "/b", "catch-all default", true],
  ])("%s %s is served by %s", (host, path, target, byDefault) => {
    expect(routes.match(host, path)).toMatchObject({ target, byDefault });
  });
});

describe("the table before", () => {
  const first = [virtualHost("a.example", ["Prefix /a"]), virtualHost("*.b.example", ["Prefix /b"], "b default")];
  const before = table(...first);

  function after(...hosts: readonly VirtualHost[]): { made: string[]; routes: RouteTable<string> } {
    const made: string[] = [];
    const targetOf = (route: Route): string => {
      made.push(route.name);
      return `new ${route.name}`;
    };
    return { made, routes: new RouteTable(snapshotOfHosts(...hosts), targetOf, before) };
  }

  test("keeps the targets of hosts that did not change", () => {
    const { made, routes } = after(...first);
    expect(made).toEqual([]);
    expect(routes.match("a.example", "/a")).toBe(before.match("a.example", "/a"));
    expect(routes.match("x.b.example", "/c")).toBe(before.match("x.b.example", "/c"));
  });

  test("makes those of a changed host anew, and of that alone", () => {
    const { made, routes } = after(virtualHost("a.example", ["Prefix /a", "Exact /new"]), first[1] as VirtualHost);
    expect(made).toEqual(["a.example Prefix /a", "a.example Exact /new"]);
    expect(routes.match("a.example", "/a")?.target).toBe("new a.example Prefix /a");
    expect(routes.match("x.b.example", "/b")?.target).toBe("*.b.example Prefix /b");
  });

  test("leaves the table before as it was, and forgets hosts that are gone", () => {
    const { made, routes } = after(virtualHost("c.example", ["Prefix /"]));
    expect(made).toEqual(["c.example Prefix /"]);
    expect(routes.match("a.example", "/a")).toBeNull();
    expect(before.match("a.example", "/a")?.target).toBe("a.example Prefix /a");
  });
});
