import { describe, expect, test } from "vitest";
import { ingress, nginx, path, service, translated } from "../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });

/** All reasons of the route of an Ingress, in order, each cut off where its remedy begins. */
function reasons(objects: Parameters<typeof translated>[0], name: string): string[] {
  const { fragment } = translated(objects);
  const routes = fragment.virtualHosts.flatMap((host) => host.routes);
  const action = routes.find(({ origin }) => origin.name === name)?.action;
  if (action?.kind !== "unavailable") return [];
  return [action.why, ...(action.others ?? [])].map((why) => why.replace(/\. .*/, ""));
}

function asking(name: string, annotations: Record<string, string>, to = "web:80", written = `/${name}`) {
  return ingress(name, { rules: [{ host: "a.example.com", paths: [path(written, to)] }] }, nginx(annotations));
}

const says = (text: string): unknown => expect.stringContaining(text);

describe("why a route answers 503 is told whole", () => {
  test("its own annotations, in their order, then the Service that is missing", () => {
    const own = asking("a", { "auth-url": "x", "limit-rps": "1", "proxy-ssl-secret": "default/none" }, "gone:80");
    expect(reasons([own, WEB], "a")).toEqual([
      says("io/auth-url protects"),
      says("io/limit-rps protects"),
      says("io/proxy-ssl-secret names Secret default/none"),
      says("names Service default/gone, which does not exist"),
    ]);
  });

  test("one alone is told as ever", () =>
    expect(reasons([asking("a", { "auth-url": "x" }), WEB], "a")).toHaveLength(1));

  test("all that close the host as a whole, the oldest first, once", () => {
    const first = asking("z", { "auth-tls-secret": "none" });
    const second = asking("y", { "auth-tls-verify-client": "on" });
    const other = asking("a", { "auth-url": "x" });
    const why =
      "host a.example.com answers 503 as a whole, since Ingress default/z has annotation nginx.ingress.kubernetes.io/auth-tls-secret, which asks for what cannot be given, and since Ingress default/y has annotation nginx.ingress.kubernetes.io/auth-tls-verify-client, which asks for what cannot be given";
    expect(reasons([other, second, first, WEB], "a")).toEqual([says("io/auth-url"), why]);
    expect(reasons([other, second, first, WEB], "z")).toEqual([says("io/auth-tls-secret"), why]);
    expect(reasons([other, first, WEB], "z")).toEqual([says("io/auth-tls-secret")]);
  });

  test("all that protect something beside regular expressions", () => {
    const objects = [
      asking("z", { "auth-url": "x", "limit-rps": "1" }),
      asking("y", { "denylist-source-range": "10.0.0.0/8" }),
      asking("p", { "rewrite-target": "/$1" }, "web:80", "/p(.*)"),
      asking("a", {}),
      WEB,
    ];
    const [why, ...others] = reasons(objects, "a");
    expect(others).toEqual([]);
    expect(why).toMatch(
      /z protects there by .*auth-url and what .*z .*limit-rps and what .*y protects there by .*range/,
    );
    expect(reasons(objects, "y")).toEqual([says("io/denylist-source-range"), why]);
  });

  test("of thousands the first are told: each route of the Ingress carries them", () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`auth-${n}`, "x"]));
    const objects = [asking("z", many), asking("p", { "rewrite-target": "/$1" }, "web:80", "/p(.*)"), asking("a", {})];
    expect(reasons([...objects, WEB], "z")).toHaveLength(20);
    expect(reasons([...objects, WEB], "a").join("").length).toBeLessThan(2000);
  });
});
