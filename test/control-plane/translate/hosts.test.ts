import { describe, expect, test } from "vitest";
import { readHost, wildcardOf } from "../../../src/control-plane/translate/hosts.ts";
import { codes, ingress, path, service, translated } from "../../support/resources.ts";

describe("readHost", () => {
  test.each([
    [undefined, "*"],
    ["", "*"],
    ["shop.example.com", "shop.example.com"],
    ["localhost", "localhost"],
    ["1password.example", "1password.example"],
    ["*.example.com", "*.example.com"],
  ])("%s is served as %s", (written, host) => {
    expect(readHost(written)).toEqual({ host });
  });

  test.each([
    ["*", "alone"],
    ["10.0.0.1", "address"],
    ["2001:db8::1", "address"],
    ["[2001:db8::1]", "address"],
    ["shop.example.com:8080", "port"],
    ["Shop.example.com", "upper-case"],
    ["shop_1.example.com", "not a DNS name"],
    ["-shop.example.com", "not a DNS name"],
    ["shop..example.com", "not a DNS name"],
    ["shop.example.com.", "not a DNS name"],
    ["a.*.example.com", "not a DNS name"],
    ["*.*.example.com", "not a DNS name"],
    ["*shop.example.com", "not a DNS name"],
    [`${"a.".repeat(127)}aa`, "not a DNS name"],
  ])("%s is refused: %s", (written, problem) => {
    expect(readHost(written)).toEqual({ problem: expect.stringContaining(problem), remedy: expect.any(String) });
  });
});

test.each([
  ["shop.example.com", "*.example.com"],
  ["a.b.example.com", "*.b.example.com"],
  ["localhost", null],
  ["*.example.com", null],
  ["*", null],
])("the wildcard of %s is %s", (host, wildcard) => {
  expect(wildcardOf(host)).toBe(wildcard);
});

test("a bad host costs its rule only, and is reported once", () => {
  const rules = [
    { host: "10.0.0.1", paths: [path("/", "web:80"), path("/b", "web:80")] },
    { host: "good.example.com", paths: [path("/", "web:80")] },
  ];
  const result = translated([
    ingress("web", { rules }),
    service("web", { type: "ExternalName", externalName: "x.org" }),
  ]);
  expect(result.fragment.virtualHosts.map(({ host }) => host)).toEqual(["good.example.com"]);
  expect(codes(result)).toEqual(["error HostInvalid default/web"]);
});

test("the host of a URL is what is meant", () => {
  expect(readHost("https://Shop.example.com:8443/cart")).toEqual({
    problem: '"https://Shop.example.com:8443/cart" is a URL, not a host name',
    remedy: "Write shop.example.com",
  });
});
