import { describe, expect, test } from "vitest";
import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";
import { explain } from "../../../src/data-plane/route-table/explain.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { codes, ingress, nginx, path, service, translated } from "../../support/resources.ts";

const HOST = "test.com";
type Written = readonly [path: string, to: string, type?: string];

const NAMES = ["one", "two", "three", "front"];
const SERVICES = NAMES.map((name) => service(name, { type: "ExternalName", externalName: `${name}.org` }));

function asking(
  name: string,
  paths: readonly Written[],
  annotations: Record<string, string> = {},
  created = 1,
): Ingress {
  const written = paths.map(([one, to, type]) => path(one, `${to}:80`, type));
  return ingress(name, { rules: [{ host: HOST, paths: written }] }, nginx(annotations), created);
}

/** Which Service serves a path, "503", or "404". */
function server(ingresses: readonly Ingress[]): (path: string) => string {
  const snapshot = seal(translated([...ingresses, ...SERVICES]).fragment);
  return (asked) => {
    const action = explain(snapshot, HOST, asked).route?.action;
    if (action === undefined) return "404";
    return action.kind === "forward" ? action.upstream.replace(/^default\/(.*):80$/, "$1") : "503";
  };
}

const REGEX = { "use-regex": "true" };
const PATTERN = "ImplementationSpecific";

describe("paths of a host with regular expressions are those of ingress-nginx", () => {
  test.each<[string, readonly Ingress[], Readonly<Record<string, string>>]>([
    [
      "the example of its page, but that what is to be rewritten is not served",
      [
        asking("test-1", [
          ["/foo/bar", "one"],
          ["/foo/bar/", "two"],
        ]),
        asking("test-2", [["/foo/bar/(.+)", "three", PATTERN]], { "rewrite-target": "/$1" }),
      ],
      { "/foo/bar/1": "503", "/foo/bar/": "two", "/foo/bar": "one", "/foo/barn": "one", "/foo": "404" },
    ],
    [
      "the example of its warning: the longest is not the most precise",
      [
        asking(
          "test-3",
          [
            ["/foo/bar/bar", "one"],
            ["/foo/bar/[A-Z0-9]{3}", "two", PATTERN],
          ],
          REGEX,
        ),
      ],
      { "/foo/bar/bar": "two", "/foo/bar/b": "404", "/foo/bar/a1b/more": "two" },
    ],
    [
      "in any case, whoever wrote them",
      [
        asking("a", [["/api/v[0-9]+", "one", PATTERN]], REGEX),
        asking("b", [
          ["/Cart", "two"],
          ["/", "front"],
        ]),
      ],
      { "/API/V12/x": "one", "/api/vx": "front", "/cart": "two", "/CART/1": "two", "/other": "front" },
    ],
    [
      "Exact is where a path begins",
      [
        asking("a", [["/a.c", "one", PATTERN]], REGEX),
        asking("b", [
          ["/login", "two", "Exact"],
          ["/", "front"],
        ]),
      ],
      { "/login": "two", "/loginpage": "two", "/login/x": "two", "/abc": "one", "/abcd": "one" },
    ],
    [
      "a full stop is any character, in paths of others too",
      [
        asking("a", [["/x(/|$)", "one", PATTERN]], REGEX),
        asking("b", [
          ["/v1.0", "two"],
          ["/", "front"],
        ]),
      ],
      { "/v1x0": "two", "/v1.0/a": "two", "/v10": "front", "/x": "one", "/x/y": "one", "/xy": "front" },
    ],
    [
      "beside an Exact path a Prefix is what lies below, and the older of both comes first",
      [
        asking("p", [["/foo", "one"]], {}, 1),
        asking("e", [["/foo", "two", "Exact"]], {}, 2),
        asking("r", [["/r[0-9]", "three", PATTERN]], REGEX, 3),
      ],
      { "/foo": "two", "/foo/x": "one", "/foobar": "two", "/r1": "three" },
    ],
    [
      "an older Exact path shadows the Prefix",
      [
        asking("p", [["/foo", "one"]], {}, 2),
        asking("e", [["/foo", "two", "Exact"]], {}, 1),
        asking("r", [["/r[0-9]", "three", PATTERN]], REGEX, 3),
      ],
      { "/foo": "two", "/foo/x": "two" },
    ],
    [
      "of equal length the last of the alphabet comes first",
      [
        asking(
          "a",
          [
            ["/a..", "one", PATTERN],
            ["/[a]", "two", PATTERN],
            ["/a.c", "three", PATTERN],
          ],
          REGEX,
        ),
      ],
      { "/abc": "three", "/abd": "one", "/a": "two" },
    ],
    [
      "of alternatives only the first begins the path",
      [asking("a", [["/a|/b", "one", PATTERN]], REGEX), asking("b", [["/", "front"]])],
      { "/a": "one", "/x/b": "one", "/x/c": "front" },
    ],
    [
      "the end is the end, before a line feed too",
      [asking("a", [["/admin$", "one", PATTERN]], REGEX), asking("b", [["/", "front"]])],
      { "/admin": "one", "/admin%0a": "one", "/admin%0ax": "front", "/admin/": "front" },
    ],
    [
      "octets beyond ASCII are characters of UTF-8, in their case",
      [asking("a", [["/caf\u00e9[0-9]", "one", PATTERN]], REGEX), asking("b", [["/men\u00fc", "two"]])],
      { "/caf%C3%A91": "one", "/caf%C3%A9": "404", "/men%C3%BC/x": "two" },
    ],
    [
      "paths of others that are no expressions are literal",
      [
        asking("a", [["/r[0-9]", "one", PATTERN]], REGEX),
        asking("b", [
          ["/a(b", "two"],
          ["/", "front"],
        ]),
      ],
      { "/a(b": "two", "/A(B/c": "two", "/ab": "front" },
    ],
    [
      "an expression that asks for a path of an older Prefix changes nothing",
      [
        asking(
          "a",
          [
            ["/Cart", "one"],
            ["/", "front"],
          ],
          {},
          1,
        ),
        asking("b", [["/Cart", "two"]], REGEX, 2),
      ],
      { "/Cart/1": "one", "/cart": "front", "/Cartoon": "front" },
    ],
    [
      "false and a rewrite to the path itself change nothing",
      [
        asking("a", [["/Cart", "one"]], { "use-regex": "false" }),
        asking("b", [["/b", "two"]], { "rewrite-target": "/b" }),
      ],
      { "/Cart/1": "one", "/cart": "404", "/b/c": "two", "/bc": "404" },
    ],
  ])("%s", (_, ingresses, expected) => {
    for (const order of [ingresses, ingresses.toReversed()]) {
      const serverOf = server(order);
      expect(Object.fromEntries(Object.keys(expected).map((one) => [one, serverOf(one)]))).toEqual(expected);
    }
  });
});

describe("what is no regular expression here", () => {
  test.each(["/(?!admin)x(.*)", "/(a)/\\1", `/a{300}`, `/${"a".repeat(1100)}.`])(
    "%s is told, and answers 503 with all that it may match",
    (written) => {
      const ingresses = [asking("a", [[written, "one", PATTERN]], REGEX), asking("b", [["/z", "two"]])];
      expect(codes(translated([...ingresses, ...SERVICES]))).toContain("error PathPatternInvalid default/a");
      const serverOf = server(ingresses);
      expect([serverOf("/adminx"), serverOf("/a/a"), serverOf(`/${"a".repeat(1100)}b`)]).toContain("503");
    },
  );

  test("it closes below what it begins with, in any case, and what is longer goes before", () => {
    const serverOf = server([
      asking("a", [["/Api/(?=x)", "one", PATTERN]], REGEX),
      asking("b", [
        ["/api/public/long", "two"],
        ["/", "front"],
      ]),
    ]);
    const asked = ["/API/x", "/api/y", "/api/public/long/1", "/apix"];
    expect(asked.map(serverOf)).toEqual(["503", "503", "two", "front"]);
  });
});

test("the owners of other paths are told, once each, and not that theirs are literal", () => {
  const given = translated([
    asking("r", [["/r[0-9]+", "one", PATTERN]], REGEX),
    asking("b", [
      ["/a.*", "two", PATTERN],
      ["/c", "two", "Exact"],
    ]),
    ...SERVICES,
  ]);
  expect(codes(given)).toEqual(["info HostMatchedByPatterns default/b"]);
  expect(given.diagnostics[0]?.message).toBe(
    "all paths of host test.com are regular expressions, in any case and the longest first, since Ingress default/r has some: those of this Ingress match whatever begins with them, Exact ones too",
  );
  expect(codes(translated([asking("b", [["/a.*", "two", PATTERN]]), ...SERVICES]))).toEqual([
    "warning PathLooksLikePattern default/b",
  ]);
});

test("the same expression twice is a conflict", () => {
  const given = translated([
    asking("a", [["/x.*", "one", PATTERN]], REGEX, 1),
    asking("b", [["/x.*", "two"]], {}, 2),
    ...SERVICES,
  ]);
  expect(codes(given)).toContain("error PathConflict default/b");
  expect(given.diagnostics.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("pattern path /x.* of host test.com"),
  );
});

test("an expression is exempt from nothing but for what it alone can match", () => {
  const challenge = "/.well-known/acme-challenge";
  const rules = (written: string) => [{ host: HOST, paths: [path(written, "one:80", PATTERN)] }];
  const redirected = (written: string): unknown => {
    const annotations = nginx({ ...REGEX, "force-ssl-redirect": "true" });
    const { fragment } = translated([ingress("a", { rules: rules(written) }, annotations), ...SERVICES]);
    return fragment.virtualHosts[0]?.routes[0]?.middleware.map(({ use }) => use);
  };
  expect(redirected(`${challenge}/[a-z]+`)).toEqual([]);
  expect(redirected(`${challenge}|/admin`)).toEqual(["https-redirect"]);
  expect(redirected(`${challenge}(/|x)`)).toEqual([]);
});
