import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";
import type { Paint } from "../../src/cli/paint.ts";
import { describeChange } from "../../src/cli/show-change.ts";
import { exampleHost, shellWord, showCurl } from "../../src/cli/show-curl.ts";
import { newDiagnostics, showDiagnostics } from "../../src/cli/show-diagnostics.ts";
import { showRoutes } from "../../src/cli/show-routes.ts";
import { encodedPath, readablePath } from "../../src/cli/shown-path.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { Route } from "../../src/snapshot/route.ts";

const unpainted: Paint = (_style, text) => text;

function route(kind: "exact" | "prefix", path: string, line: number): Route {
  return {
    name: `shop/web ${kind} ${path}`,
    origin: { kind: "Ingress", namespace: "shop", name: "web", file: "web.yaml", line },
    match: { kind, path },
    middleware: [],
    action: { kind: "forward", upstream: "shop/web:80" },
  };
}

const snapshot = seal({
  virtualHosts: [
    { host: "*", routes: [{ ...route("prefix", "/x", 5), action: { kind: "unavailable", why: "auth" } }] },
    { host: "*.example.com", routes: [route("prefix", "/", 4)], defaultRoute: route("prefix", "/", 9) },
    {
      host: "shop.example.com",
      routes: [route("prefix", "/a", 1), route("exact", "/z", 2), route("prefix", "/a/b", 3)],
      defaultRoute: route("prefix", "/", 9),
    },
  ],
  upstreams: [
    {
      name: "shop/web:80",
      origin: { kind: "Service", namespace: "shop", name: "web" },
      protocol: "http",
      addressing: {
        kind: "endpoints",
        endpoints: [
          { address: "::1", port: 1 },
          { address: "10.0.0.1", port: 2 },
        ],
      },
      balancing: { kind: "round-robin" },
    },
  ],
  certificates: [],
});

test("without routes it says where to look", () => {
  const empty = seal({ virtualHosts: [], upstreams: [], certificates: [] });
  expect(showRoutes(empty)).toEqual(["none: no Ingress is served. What stands in the way is said below."]);
});

test("the routes stand in the order they are asked, without defaults that are never reached", () => {
  expect(showRoutes(snapshot)).toEqual([
    "HOST              PATH  TYPE     -> UPSTREAM                  INGRESS",
    "shop.example.com  /z    Exact    -> shop/web:80 = [::1]:1 +1  shop/web  web.yaml:2",
    "shop.example.com  /a/b  Prefix   -> shop/web:80 = [::1]:1 +1  shop/web  web.yaml:3",
    "shop.example.com  /a    Prefix   -> shop/web:80 = [::1]:1 +1  shop/web  web.yaml:1",
    "shop.example.com        default  -> shop/web:80 = [::1]:1 +1  shop/web  web.yaml:9",
    "*.example.com     /     Prefix   -> shop/web:80 = [::1]:1 +1  shop/web  web.yaml:4",
    "*                 /x    Prefix   -> answers 503               shop/web  web.yaml:5",
  ]);
});

test("a curl line for each route, http and https", () => {
  const lines = showCurl(snapshot, { http: 8080, https: 8443, bind: "::", trust: () => "--cacert ca.pem" });
  expect(lines).toHaveLength(12);
  expect(lines.slice(0, 2)).toEqual([
    "curl --resolve shop.example.com:8080:[::1] http://shop.example.com:8080/z",
    "curl --resolve shop.example.com:8443:[::1] --cacert ca.pem https://shop.example.com:8443/z",
  ]);
  expect(lines).toContain("curl --resolve hello.example.com:8080:[::1] http://hello.example.com:8080/");
  expect(lines).toContain("curl --resolve localhost:8080:[::1] http://localhost:8080/x");
  expect(showCurl(snapshot, { http: null, https: 8443, bind: "127.0.0.1", trust: () => "" })).toHaveLength(6);
  const mustSendHeader = (address: string): boolean => address === "::1";
  expect(showCurl(snapshot, { http: 8080, https: null, bind: "::", trust: () => "", mustSendHeader })[0]).toBe(
    "curl --resolve shop.example.com:8080:[::1] --haproxy-protocol http://shop.example.com:8080/z",
  );
});

test("a host whose TLS is handed on stands first, and curl knows nothing of its certificate", () => {
  const { origin } = route("prefix", "/", 7);
  const [web] = snapshot.upstreams;
  const passed = seal({
    virtualHosts: [
      {
        host: "a.example.com",
        routes: [route("prefix", "/", 2)],
        passthrough: { origin, action: { kind: "forward", upstream: "shop/web:443 tcp" } },
      },
      { host: "b.example.com", routes: [], passthrough: { origin, action: { kind: "unavailable", why: "no path /" } } },
    ],
    upstreams: web === undefined ? [] : [web, { ...web, name: "shop/web:443 tcp", protocol: "tcp" }],
    certificates: [],
  });
  expect(showRoutes(passed)).toEqual([
    "HOST           PATH  TYPE          -> UPSTREAM                       INGRESS",
    "a.example.com        TLS unopened  -> shop/web:443 tcp = [::1]:1 +1  shop/web  web.yaml:7",
    "b.example.com        TLS unopened  -> closed                         shop/web  web.yaml:7",
    "a.example.com  /     Prefix        -> shop/web:80 = [::1]:1 +1       shop/web  web.yaml:2",
  ]);
  const targets = { http: null, https: 8443, bind: "127.0.0.1", trust: () => "--cacert ca.pem" };
  expect(showCurl(passed, targets)).toEqual([
    "curl --resolve a.example.com:8443:127.0.0.1 --insecure https://a.example.com:8443/",
  ]);
});

test("an example host is one that only the wildcard claims", () => {
  expect(exampleHost("*.a.test", new Set(["hello.a.test"]))).toBe("example.a.test");
  expect(exampleHost("*", new Set(["localhost"]))).toBe("any-host.test");
});

test("words are quoted for the shell only where they must be", () => {
  expect(shellWord("/tmp/a.pem")).toBe("/tmp/a.pem");
  expect(shellWord("/tmp/it's here")).toBe(`'/tmp/it'\\''s here'`);
});

test("paths are read as UTF-8 and sent percent-encoded", () => {
  const path = Buffer.from("/käse brot").toString("latin1");
  expect(readablePath(path)).toBe("/käse brot");
  expect(encodedPath(path)).toBe("/k%C3%A4se%20brot");
});

test("a change is one line, long lists end in a count", () => {
  const snapshot = (upstreams: string[], hosts: Record<string, string>) =>
    seal({
      virtualHosts: Object.entries(hosts).map(([host, path]) => ({
        host,
        routes: [unavailable(`${host} ${path}`, path)],
      })),
      upstreams: upstreams.map((name) => ({
        name,
        origin: { kind: "Service", namespace: "a", name },
        protocol: "http",
        addressing: { kind: "endpoints", endpoints: [] },
        balancing: { kind: "round-robin" },
      })),
      certificates: [],
    });
  const before = snapshot([], { a: "/1", b: "/1" });
  expect(describeChange(before, snapshot([], { b: "/2", d: "/1" }))).toBe("hosts: +d ~b -a");
  expect(describeChange(before, before)).toBe("");
  const many = snapshot(["p", "q", "r", "s", "t", "u"], { a: "/1", b: "/1" });
  expect(describeChange(before, many)).toBe("upstreams: +p +q +r +s and 2 more");
});

function unavailable(name: string, path: string): Route {
  const origin = { kind: "Ingress", namespace: "a", name };
  return { name, origin, match: { kind: "prefix", path }, middleware: [], action: { kind: "unavailable", why: "" } };
}

function diagnostic(severity: Diagnostic["severity"], message: string, line: number): Diagnostic {
  const object = { kind: "Ingress", namespace: "shop", name: "web", file: "web.yaml", line };
  return { severity, code: "Code", scope: "object", object, message, remedy: "Mend it" };
}

test("diagnostics are grouped, errors first", () => {
  const shown = showDiagnostics(
    [diagnostic("info", "c", 1), diagnostic("error", "a", 2), diagnostic("warning", "b", 3)],
    unpainted,
  );
  expect(shown).toEqual([
    "error Ingress shop/web (web.yaml:2): a [Code]",
    "  -> Mend it",
    "warning Ingress shop/web (web.yaml:3): b [Code]",
    "  -> Mend it",
    "info Ingress shop/web (web.yaml:1): c [Code]",
    "  -> Mend it",
  ]);
});

test("a problem that only moved in its file is not new", () => {
  const before = [diagnostic("error", "a", 2)];
  expect(newDiagnostics(before, [diagnostic("error", "a", 7)])).toEqual([]);
  expect(newDiagnostics(before, [diagnostic("error", "b", 2)])).toHaveLength(1);
});

test("what a manifest says cannot steer the terminal", () => {
  const object = { kind: "Ingress", namespace: "shop", name: "web" };
  const message = "class \u001b[2J\u202e is not served";
  const lines = showDiagnostics(
    [{ severity: "error", code: "X", scope: "object", object, message, remedy: "Remove \u0007" }],
    unpainted,
  );
  expect(lines).toEqual(["error Ingress shop/web: class \\u001b[2J\\u202e is not served [X]", "  -> Remove \\u0007"]);
});
