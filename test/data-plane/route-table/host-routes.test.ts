import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostRoutes } from "../../../src/data-plane/route-table/host-routes.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { route, virtualHost } from "../../support/routes.ts";

function compile(rules: readonly string[]): HostRoutes<string> {
  return new HostRoutes({ host: "a.example", routes: rules.map((rule) => route(rule)) }, (made) => made.name);
}

describe("the path table of Ingress v1", () => {
  test.each<[rules: string[], path: string, matched: string | null]>([
    [["Prefix /"], "/", "Prefix /"],
    [["Prefix /"], "/foo", "Prefix /"],
    [["Prefix /"], "/foo/bar/", "Prefix /"],
    [["Exact /foo"], "/foo", "Exact /foo"],
    [["Exact /foo"], "/bar", null],
    [["Exact /foo"], "/foo/", null],
    [["Exact /foo/"], "/foo", null],
    [["Exact /foo/"], "/foo/", "Exact /foo/"],
    [["Prefix /foo"], "/foo", "Prefix /foo"],
    [["Prefix /foo"], "/foo/", "Prefix /foo"],
    [["Prefix /foo/"], "/foo", "Prefix /foo/"],
    [["Prefix /foo/"], "/foo/", "Prefix /foo/"],
    [["Prefix /aaa/bb"], "/aaa/bbb", null],
    [["Prefix /aaa/bbb"], "/aaa/bbb", "Prefix /aaa/bbb"],
    [["Prefix /aaa/bbb/"], "/aaa/bbb", "Prefix /aaa/bbb/"],
    [["Prefix /aaa/bbb"], "/aaa/bbb/", "Prefix /aaa/bbb"],
    [["Prefix /aaa/bbb"], "/aaa/bbb/ccc", "Prefix /aaa/bbb"],
    [["Prefix /aaa/bbb"], "/aaa/bbbxyz", null],
    [["Prefix /", "Prefix /aaa"], "/aaa/ccc", "Prefix /aaa"],
    [["Prefix /", "Prefix /aaa", "Prefix /aaa/bbb"], "/aaa/bbb", "Prefix /aaa/bbb"],
    [["Prefix /", "Prefix /aaa", "Prefix /aaa/bbb"], "/ccc", "Prefix /"],
    [["Prefix /aaa"], "/ccc", null],
    [["Prefix /foo", "Exact /foo"], "/foo", "Exact /foo"],
    [["Exact /foo", "Prefix /foo"], "/foo/", "Prefix /foo"],
    // Beyond the table: case, Exact on the root, a path longer than every rule.
    [["Prefix /foo"], "/Foo", null],
    [["Exact /foo"], "/FOO", null],
    [["Exact /"], "/", "Exact /"],
    [["Exact /"], "/a", null],
    [["Prefix /a", "Exact /a/b"], "/a/b/c/d/e/f", "Prefix /a"],
    [["Prefix /a/b/c"], "/a/b", null],
    [["Prefix /a/b/c"], "/", null],
    [[], "/", null],
  ])("%j and %s: %s", (rules, path, matched) => {
    for (const ordered of [rules, rules.toReversed()]) {
      expect(compile(ordered).match(path)?.target ?? null).toBe(matched);
    }
  });
});

describe("Prefix /foo beside Prefix /foo/", () => {
  test.each([
    ["/foo", "Prefix /foo"],
    ["/foo/", "Prefix /foo/"],
    ["/foo/bar", "Prefix /foo/"],
    ["/foobar", null],
  ])("%s goes to %s", (path, matched) => {
    for (const rules of [
      ["Prefix /foo", "Prefix /foo/"],
      ["Prefix /foo/", "Prefix /foo"],
    ]) {
      expect(compile(rules).match(path)?.target ?? null).toBe(matched);
    }
  });
});

test("a rule's path is in normal form already: it is not decoded a second time", () => {
  const routes = compile(["Prefix /a%41", "Exact /100%"]);
  expect(routes.match("/a%41")?.target).toBe("Prefix /a%41");
  expect(routes.match("/aA")).toBeNull();
  expect(routes.match("/100%")?.target).toBe("Exact /100%");
});

test("the default is no rule, but has its target", () => {
  const routes = new HostRoutes(virtualHost("a.example", ["Prefix /a"], "fallback"), (made) => made.name);
  expect(routes.match("/b")).toBeNull();
  expect(routes.defaultMatch).toMatchObject({ target: "fallback", byDefault: true });
  expect([...routes.rules()].map(({ target }) => target)).toEqual(["a.example Prefix /a"]);
  expect(compile([]).defaultMatch).toBeNull();
});

test("rules() lists every rule once", () => {
  const rules = ["Prefix /", "Prefix /foo", "Prefix /foo/", "Exact /foo", "Exact /foo/"];
  expect([...compile(rules).rules()].map(({ target }) => target).toSorted()).toEqual(rules.toSorted());
});

/** All that match, the longest first, Exact before Prefix; a trailing slash decides only between two that say the same. */
function byTheBook(routes: readonly Route[], path: string): string | null {
  const elements = (text: string): string[] => text.split("/").filter((element) => element !== "");
  const matching = routes.filter(({ match }) => {
    if (match.kind === "exact") return match.path === path;
    const wanted = elements(match.path);
    return wanted.every((element, at) => elements(path)[at] === element);
  });
  const rank = ({ match }: Route): readonly number[] => [
    match.kind === "exact" ? 1 : 0,
    elements(match.path).length,
    match.path.endsWith("/") === path.startsWith(`${match.path.replace(/\/$/, "")}/`) ? 1 : 0,
  ];
  const best = matching.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    for (let at = 0; at < left.length; at++)
      if (left[at] !== right[at]) return (right[at] as number) - (left[at] as number);
    return 0;
  });
  return best[0]?.name ?? null;
}

test("agrees with the rules applied one by one", () => {
  const path = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "ab", "a.b"), { maxLength: 4 }), fc.boolean())
    .map(([elements, folder]) => `/${elements.join("/")}${folder && elements.length > 0 ? "/" : ""}`);
  const rules = fc.uniqueArray(
    fc.tuple(fc.constantFrom("Prefix", "Exact"), path).map(([kind, text]) => `${kind} ${text}`),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(rules, fc.array(path, { minLength: 1, maxLength: 8 }), (rules, paths) => {
      const compiled = compile(rules);
      const routes = rules.map((rule) => route(rule));
      for (const path of paths) expect(compiled.match(path)?.target ?? null).toBe(byTheBook(routes, path));
    }),
    { numRuns: 1000 },
  );
});
