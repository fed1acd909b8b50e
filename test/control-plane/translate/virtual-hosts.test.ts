import { describe, expect, test } from "vitest";
import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";
import { backend, codes, ingress, nginx, path, service, translated } from "../../support/resources.ts";

const HOST = "shop.example.com";
const SERVICES = ["one", "two"].map((name) => service(name, { type: "ExternalName", externalName: `${name}.org` }));

function claim(key: string, to: string, written: string, type?: string, created: number | null = null): Ingress {
  return ingress(key, { rules: [{ host: HOST, paths: [path(written, to, type)] }] }, {}, created);
}

/** "host kind path -> upstream", default routes as "host default -> upstream". */
function served(objects: Parameters<typeof translated>[0]): string[] {
  return translated([...objects, ...SERVICES]).fragment.virtualHosts.flatMap(({ host, routes, defaultRoute }) => [
    ...routes.map(
      ({ match, action }) => `${host} ${match.kind} ${match.path} -> ${"upstream" in action ? action.upstream : "503"}`,
    ),
    ...(defaultRoute === undefined
      ? []
      : [`${host} default -> ${"upstream" in defaultRoute.action ? defaultRoute.action.upstream : "503"}`]),
  ]);
}

test("a conflict names the path as it is written", () => {
  const { diagnostics } = translated([claim("a", "one:80", "/café"), claim("b", "one:80", "/café"), ...SERVICES]);
  expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining("prefix path /café of host")]);
});

describe("one host of several Ingresses", () => {
  test.each([
    ["the older", claim("a", "one:80", "/", "Prefix", 1), claim("z", "two:80", "/", "Prefix", 2), "one"],
    [
      "of two as old, the later name",
      claim("a", "one:80", "/", "Prefix", 1),
      claim("z", "two:80", "/", "Prefix", 1),
      "two",
    ],
    ["without times, the later name", claim("a", "one:80", "/"), claim("z", "two:80", "/"), "two"],
    [
      "ImplementationSpecific as Prefix",
      claim("a", "one:80", "/"),
      claim("z", "two:80", "/", "ImplementationSpecific"),
      "two",
    ],
    ["another spelling of the path", claim("a", "one:80", "/"), claim("z", "two:80", "//."), "two"],
  ])("%s wins", (_, first, second, winner) => {
    const expected = [`${HOST} prefix / -> default/${winner}:80`];
    expect(served([first, second])).toEqual(expected);
    expect(served([second, first])).toEqual(expected);
  });

  test("the namespace counts before the name", () => {
    const a = ingress("a/z", { rules: [{ host: HOST, paths: [path("/", "one:80")] }] });
    const b = ingress("b/a", { rules: [{ host: HOST, paths: [path("/", "one:80")] }] });
    const routes = translated([a, b]).fragment.virtualHosts.flatMap((one) => one.routes.map(({ name }) => name));
    expect(routes).toEqual(["b/a rules[0].paths[0]"]);
  });

  test.each([
    ["Exact and Prefix", ["/foo", "Exact"], ["/foo", "Prefix"]],
    ["with and without trailing slash", ["/foo", "Prefix"], ["/foo/", "Prefix"]],
    ["upper and lower case", ["/foo", "Exact"], ["/Foo", "Exact"]],
  ])("%s do not clash", (_, a, b) => {
    const result = translated([
      claim("a", "one:80", a[0] ?? "", a[1]),
      claim("b", "two:80", b[0] ?? "", b[1]),
      ...SERVICES,
    ]);
    expect(result.diagnostics).toEqual([]);
    expect(result.fragment.virtualHosts[0]?.routes).toHaveLength(2);
  });

  test("the loser is told about both objects, with their places", () => {
    const place = (file: string) => ({ file, lineOf: (field: readonly (string | number)[]) => field.length });
    const [loser, winner] = [claim("a", "one:80", "/"), claim("z", "two:80", "/")];
    const result = translated([
      { ...loser, place: place("a.yaml") },
      { ...winner, place: place("z.yaml") },
      ...SERVICES,
    ]);
    expect(result.diagnostics).toEqual([
      {
        severity: "error",
        code: "PathConflict",
        scope: "conflict",
        object: { kind: "Ingress", namespace: "default", name: "a", file: "a.yaml", line: 6 },
        message: expect.stringMatching(/Ingress default\/a \(a.yaml:6\).*Ingress default\/z \(z.yaml:6\)/),
        remedy: expect.any(String),
      },
    ]);
    expect(result.fragment.upstreams.map(({ name }) => name)).toEqual(["default/two:80"]);
  });
});

describe("default backends", () => {
  test("an Ingress with nothing else serves everything; the first wins", () => {
    const objects = [
      ingress("a", { defaultBackend: backend("one:80") }),
      ingress("b", { defaultBackend: backend("two:80") }),
    ];
    expect(served(objects)).toEqual(["* default -> default/two:80"]);
    expect(codes(translated([...objects, ...SERVICES]))).toEqual(["error DefaultBackendConflict default/a"]);
  });

  test("beside rules it serves the rest of each host, of every host without one, and of rules without http", () => {
    const rules = [
      { host: HOST, paths: [path("/a", "one:80")] },
      { host: HOST },
      { host: "b.example.com" },
      { paths: [path("/c", "one:80")] },
    ];
    expect(served([ingress("a", { rules, defaultBackend: backend("two:80") })])).toEqual([
      "* prefix /c -> default/one:80",
      "* default -> default/two:80",
      "b.example.com default -> default/two:80",
      `${HOST} prefix /a -> default/one:80`,
      `${HOST} default -> default/two:80`,
    ]);
  });

  test("another Ingress of the host may bring it", () => {
    const bringing = ingress("a", { rules: [{ host: HOST }], defaultBackend: backend("two:80") });
    expect(served([bringing, claim("z", "one:80", "/a")])).toEqual([
      `${HOST} prefix /a -> default/one:80`,
      `${HOST} default -> default/two:80`,
    ]);
  });

  test("a rule that leaves its host to no default backend declares nothing", () => {
    const result = translated([ingress("a", { rules: [{ host: HOST }] })]);
    expect(result.fragment.virtualHosts).toEqual([]);
    expect(codes(result)).toEqual(["warning RuleServesNothing default/a"]);
  });

  test("no path in http, and nothing at all, are errors", () => {
    expect(codes(translated([ingress("a", { rules: [{ host: HOST, paths: [] }] })]))).toEqual([
      "error PathsEmpty default/a",
    ]);
    expect(codes(translated([ingress("a", {})]))).toEqual(["error IngressEmpty default/a"]);
  });

  test("names of default routes are unique", () => {
    const rules = [{ host: "a.example.com" }, { host: "b.example.com" }];
    const hosts = translated([ingress("a", { rules, defaultBackend: backend("one:80") }), ...SERVICES]).fragment
      .virtualHosts;
    expect(hosts.map(({ defaultRoute }) => defaultRoute?.name)).toEqual([
      "default/a defaultBackend a.example.com",
      "default/a defaultBackend b.example.com",
    ]);
  });

  test("a forced https redirect spares an Ingress that is only a defaultBackend", () => {
    const forced = nginx({ "force-ssl-redirect": "true" });
    const alone = translated([ingress("a", { defaultBackend: backend("one:80") }, forced), ...SERVICES]);
    const beside = translated([
      ingress("a", { defaultBackend: backend("one:80"), rules: [{ host: HOST }] }, forced),
      ...SERVICES,
    ]);
    expect(alone.fragment.virtualHosts[0]?.defaultRoute?.middleware).toEqual([]);
    expect(beside.fragment.virtualHosts[0]?.defaultRoute?.middleware).toHaveLength(1);
  });
});
