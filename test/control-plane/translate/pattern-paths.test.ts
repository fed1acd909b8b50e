import { describe, expect, test } from "vitest";
import { coveringPrefix } from "../../../src/control-plane/translate/pattern-paths.ts";
import { explain } from "../../../src/data-plane/route-table/explain.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { codes, ingress, nginx, service, translated } from "../../support/resources.ts";

test.each([
  ["/something(/|$)(.*)", "/something"],
  ["/api/v[0-9]+/users", "/api/"],
  ["/(.*)", "/"],
  ["/foo/(.*)", "/foo/"],
  ["/foo/?(.*)", "/foo"],
  ["/foo(/.*)?", "/foo"],
  ["/foo(?:/|$)", "/foo"],
  ["/some.*", "/"],
  ["/files/a.*\\.php$", "/files/"],
  ["/v1.0/(.*)", "/v1.0/"],
  ["/a|/b", "/"],
  ["/(a|b)/c", "/"],
  ["/users?/x", "/"],
  ["/plain", "/plain"],
  ["/plain/$", "/plain/"],
  ["", "/"],
])("whatever the pattern %s matches lies below %s", (pattern, prefix) => expect(coveringPrefix(pattern)).toBe(prefix));

type Fragment = ReturnType<typeof translated>["fragment"];
function lookUp(fragment: Fragment, host: string, path: string) {
  return explain(seal(fragment), host, path).route;
}

const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
const rule = (path: string, name = "web", host = "a.example.com") => ({
  host,
  paths: [{ path, pathType: path === "/" ? "Prefix" : "ImplementationSpecific", backend: backend(name) }],
});
const SERVICES = ["web", "front"].map((name) => service(name, { type: "ExternalName", externalName: `${name}.org` }));
const FRONT = ingress("front", { rules: [rule("/", "front")] });

function patterns(path: string, annotations: Record<string, string>) {
  return ingress("patterns", { rules: [rule(path)] }, nginx(annotations));
}

describe("a protection on a host with regular expressions", () => {
  const whitelist = { "whitelist-source-range": "10.0.0.0/8" };
  test("closes all of the host: what it protects cannot be told from the rest", () => {
    const admin = patterns("/admin(/|$)(.*)", { "use-regex": "true", ...whitelist });
    const result = translated([admin, FRONT, ...SERVICES]);
    for (const path of ["/ADMIN/users", "/admin/x", "/"]) {
      expect(lookUp(result.fragment, "a.example.com", path)).toMatchObject({ action: { kind: "unavailable" } });
    }
    expect(codes(result)).toContain("error HostUnavailable default/front");
    const said = result.diagnostics.find(({ code }) => code === "HostUnavailable");
    expect(said?.message).toBe(
      "host a.example.com answers 503 as a whole, since Ingress default/patterns makes its paths regular expressions by annotation nginx.ingress.kubernetes.io/use-regex, and what Ingress default/patterns protects there by nginx.ingress.kubernetes.io/whitelist-source-range cannot be told from the rest",
    );
  });
  test("also where they are of two Ingresses: regular expressions hold for the host in ingress-nginx", () => {
    const admin = ingress("admin", { rules: [rule("/admin")] }, nginx(whitelist));
    const { fragment } = translated([patterns("/x(.*)", { "use-regex": "true" }), admin, FRONT, ...SERVICES]);
    expect(lookUp(fragment, "a.example.com", "/Admin")).toMatchObject({ action: { kind: "unavailable" } });
  });
  test("costs no other host", () => {
    const admin = patterns("/admin(/|$)(.*)", { "use-regex": "true", ...whitelist });
    const other = ingress("other", { rules: [rule("/", "front", "b.example.com")] });
    const { fragment } = translated([admin, other, ...SERVICES]);
    expect(lookUp(fragment, "b.example.com", "/")).toMatchObject({ action: { kind: "forward" } });
  });
});
