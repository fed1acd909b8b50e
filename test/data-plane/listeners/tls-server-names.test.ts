import { assert, domain, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { readServerName, ServerNames } from "../../../src/data-plane/listeners/server-names.ts";

describe("readServerName", () => {
  test.each([
    ["shop.example.com", "shop.example.com"],
    ["SHOP.example.COM", "shop.example.com"],
    ["shop.example.com.", "shop.example.com"],
    ["localhost", "localhost"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["127.0.0.1", "127.0.0.1"],
    ["a".repeat(63), "a".repeat(63)],
    [`${"a.".repeat(126)}a`, `${"a.".repeat(126)}a`],
    [`${"a.".repeat(126)}a.`, `${"a.".repeat(126)}a`],
  ])("%s is %s", (raw, name) => {
    expect(readServerName(raw)).toBe(name);
  });

  test.each([
    "",
    ".",
    "..",
    "a..b",
    ".a",
    "a..",
    "*.example.com",
    "a\0.example.com",
    "example.com\0",
    "exa mple.com",
    "example.com\n",
    "-a.test",
    "a-.test",
    "a_b.test",
    "::1",
    "a.test:443",
    // The Kelvin sign and the dotted I turn into ASCII letters when lowered; the ideographic full stop is a dot to some.
    "\u212Aelvin.test",
    "\u0130.test",
    "shop\u3002example\u3002com",
    "bücher.example",
    "a".repeat(64),
    `${"a.".repeat(127)}a`,
    "a".repeat(100_000),
  ])("%j is refused", (raw) => {
    expect(readServerName(raw)).toBeNull();
  });

  test("never throws, and what it returns it returns again", () => {
    assert(
      property(oneof(string({ unit: "binary" }), domain()), (raw) => {
        const name = readServerName(raw);
        if (name === null) return;
        expect(name).toMatch(/^[a-z0-9.-]{1,253}$/);
        expect(readServerName(name)).toBe(name);
      }),
    );
  });
});

test("ServerNames: exact, then the wildcard of one label, then nothing", () => {
  const names = new ServerNames([
    [{ serverNames: ["shop.example.com", "localhost"] }, 1],
    [{ serverNames: ["*.example.com"] }, 2],
    [{ serverNames: ["*.a.example.com"] }, 3],
  ]);
  expect(names.find("shop.example.com")).toBe(1);
  expect(names.find("localhost")).toBe(1);
  expect(names.find("blog.example.com")).toBe(2);
  expect(names.find("a.example.com")).toBe(2);
  expect(names.find("b.a.example.com")).toBe(3);
  expect(names.find("c.b.a.example.com")).toBeNull();
  expect(names.find("example.com")).toBeNull();
  expect(names.find("com")).toBeNull();
});
