import { describe, expect, test } from "vitest";
import { explain } from "../../../src/data-plane/route-table/explain.ts";
import { snapshotOfHosts, virtualHost } from "../../support/routes.ts";

const snapshot = snapshotOfHosts(
  virtualHost("shop.example", ["Prefix /cart", "Exact /login", "Prefix /Api"], "shop default"),
  virtualHost("*.blog.example", ["Prefix /posts"]),
  virtualHost("empty.example", []),
);

function explained(host: string, path: string): Record<string, unknown> {
  const { route, nearest, ...rest } = explain(snapshot, host, path);
  const near = nearest === null ? null : `${nearest.route.name}: ${nearest.why}`;
  return { ...rest, route: route?.name ?? null, nearest: near };
}

describe("what serves a host and a path", () => {
  test("a rule, and then nothing is nearest", () => {
    expect(explained("Shop.Example.", "//cart/%61")).toEqual({
      host: "shop.example",
      path: "/cart/a",
      virtualHost: "shop.example",
      route: "shop.example Prefix /cart",
      byDefault: false,
      nearest: null,
    });
  });

  test("the default, with the nearest rule", () => {
    expect(explained("shop.example", "/carts")).toEqual({
      host: "shop.example",
      path: "/carts",
      virtualHost: "shop.example",
      route: "shop default",
      byDefault: true,
      nearest: "shop.example Prefix /cart: pathType Prefix matches whole elements: /cart matches /cart/…, not /carts",
    });
  });

  test("nothing at all", () => {
    expect(explained("unknown.test", "/nowhere")).toEqual({
      host: "unknown.test",
      path: "/nowhere",
      virtualHost: null,
      route: null,
      byDefault: false,
      nearest: null,
    });
  });

  test("a path without a normal form stays as it was written", () => {
    expect(explained("unknown.test", "/%zz")).toMatchObject({ path: "/%zz", route: null });
  });
});

describe("the nearest rule and why it does not match", () => {
  test.each([
    ["shop.example", "/login/", "Exact /login: pathType Exact matches /login alone, not /login/"],
    ["shop.example", "/api", "Prefix /Api: paths are case-sensitive: the rule says /Api"],
    ["shop.example", "/car", "Prefix /cart: /car does not begin with /cart"],
  ])("%s %s", (host, path, why) => expect(explained(host, path)["nearest"]).toBe(`${host} ${why}`));

  test.each([
    [
      "www.shop.example",
      "/cart",
      "shop.example Prefix /cart: this path is served on host shop.example, not on www.shop.example",
    ],
    [
      "blog.example",
      "/posts/1",
      "*.blog.example Prefix /posts: this path is served on host *.blog.example, not on blog.example",
    ],
    [
      "empty.example",
      "/cart",
      "shop.example Prefix /cart: this path is served on host shop.example, not on empty.example",
    ],
    ["", "/cart", "shop.example Prefix /cart: this path is served on host shop.example, not on (none)"],
  ])("another host has it: %s %s", (host, path, nearest) => expect(explained(host, path)["nearest"]).toBe(nearest));

  test("of several hosts the one whose name is most alike", () => {
    const many = snapshotOfHosts(
      virtualHost("a.far.test", ["Prefix /x"]),
      virtualHost("b.shop.example", ["Prefix /x"]),
      virtualHost("*.near.example", ["Prefix /x"]),
    );
    expect(explain(many, "c.shop.example", "/x").nearest?.host).toBe("b.shop.example");
    expect(explain(many, "near.example", "/x").nearest?.host).toBe("*.near.example");
  });
});
