import { describe, expect, test } from "vitest";
import { RouteTable } from "../../../src/data-plane/route-table/route-table.ts";
import { normalPath } from "../../../src/snapshot/normal-path.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { ingress, path, translated } from "../../support/resources.ts";
import { readPath } from "../../../src/control-plane/translate/paths.ts";

const backend = {};

describe("readPath", () => {
  test.each([
    ["Exact", "/foo", "exact", "/foo"],
    ["Exact", "/foo/", "exact", "/foo/"],
    ["Prefix", "/foo", "prefix", "/foo"],
    ["Prefix", "/foo/", "prefix", "/foo/"],
    ["Prefix", "/", "prefix", "/"],
    ["ImplementationSpecific", "/foo", "prefix", "/foo"],
    ["ImplementationSpecific", "", "prefix", "/"],
    ["ImplementationSpecific", undefined, "prefix", "/"],
    ["Prefix", "/a//b", "prefix", "/a/b"],
    ["Prefix", "/a/./b/../c/", "prefix", "/a/c/"],
    ["Exact", "/a/..", "exact", "/"],
    ["Prefix", "/a%20b", "prefix", "/a b"],
    ["Prefix", "/a%2Fb", "prefix", "/a/b"],
    // As the data plane has it: one character an octet of UTF-8.
    ["Prefix", "/café", "prefix", "/caf\u00c3\u00a9"],
    ["Prefix", "/caf%C3%A9", "prefix", "/caf\u00c3\u00a9"],
  ])("%s %s is %s %s", (pathType, path, kind, normal) => {
    const written = path === undefined ? { pathType, backend } : { pathType, path, backend };
    expect(readPath(written)).toEqual({ match: { kind, path: normal } });
  });

  test.each([
    [undefined, "/foo", "PathTypeMissing", "pathType"],
    ["prefix", "/foo", "PathTypeUnknown", "pathType"],
    ["Prefix", "", "PathNotAbsolute", "path"],
    ["Exact", undefined, "PathNotAbsolute", "path"],
    ["Prefix", "foo", "PathNotAbsolute", "path"],
    ["ImplementationSpecific", "foo", "PathNotAbsolute", "path"],
    ["Prefix", "/../a", "PathInvalid", "path"],
    ["Prefix", "/a/%2e%2e/../b", "PathInvalid", "path"],
    ["Prefix", "/a%2", "PathInvalid", "path"],
    ["Prefix", "/a%zz", "PathInvalid", "path"],
    ["Prefix", "/a%00", "PathInvalid", "path"],
  ])("%s %s is refused: %s", (pathType, path, code, field) => {
    const written = {
      ...(path === undefined ? {} : { path }),
      ...(pathType === undefined ? {} : { pathType }),
      backend,
    };
    expect(readPath(written)).toEqual({ problem: expect.objectContaining({ code }), field });
  });

  test.each([
    ["/a%2", "Write %25 for a percent sign"],
    ["/a%00", "Remove it: no request path has one"],
    ["/../a", "Remove the .. that leads there"],
  ])("%s: what to do", (path, remedy) => {
    expect(readPath({ path, pathType: "Prefix", backend })).toMatchObject({ problem: { remedy } });
  });

  test.each(["/foo/*", "/foo(/|$)(.*)", "/v[0-9]", "/a|b", "/^x"])(
    "ImplementationSpecific %s is literal, with a warning",
    (path) => {
      expect(readPath({ path, pathType: "ImplementationSpecific", backend })).toEqual({
        match: { kind: "prefix", path },
        warning: expect.objectContaining({ code: "PathLooksLikePattern" }),
      });
    },
  );

  test.each(["/foo/*", "/foo(/|$)(.*)", "/v[0-9]", "/foo/.*", "/x/.+\\.php$"])(
    "so is %s of the other types",
    (path) => {
      for (const pathType of ["Prefix", "Exact"]) {
        expect(readPath({ path, pathType, backend })).toMatchObject({ warning: { code: "PathLooksLikePattern" } });
      }
    },
  );

  test.each(["/odata/$metadata", "/Products(1)", "/a|b", "/~user", "/a;b=c", "/what?", "/{id}"])(
    "%s has no pattern in it that must be one",
    (path) => expect(readPath({ path, pathType: "Prefix", backend })).not.toHaveProperty("warning"),
  );

  // One decoding on each side: what a rule writes is what a request for the same text asks for, and nothing else.
  const SPELLINGS = ["/a%2Fb", "/a%252Fb", "/a/b", "/a%2fb", "/caf%C3%A9", "/a%20b", "/a//b/", "/%25", "/a%252f%2e"];
  test.each(SPELLINGS)("%s serves the request for the same text, and those of the same normal form", (written) => {
    const rules = [{ host: "a.example.com", paths: [path(written, "web:80", "Exact")] }];
    const table = new RouteTable(seal(translated([ingress("in", { rules })]).fragment), () => null);
    const serves = (request: string): boolean => table.match("a.example.com", normalPath(request) ?? "") !== null;
    expect(SPELLINGS.filter(serves)).toEqual(SPELLINGS.filter((other) => normalPath(other) === normalPath(written)));
    expect(serves(written)).toBe(true);
  });

  test("/café in a manifest is what a browser asks for, and no other octets", () => {
    const rules = [{ host: "a.example.com", paths: [path("/café", "web:80", "Exact")] }];
    const table = new RouteTable(seal(translated([ingress("in", { rules })]).fragment), () => null);
    const serves = (request: string): boolean => table.match("a.example.com", normalPath(request) ?? "") !== null;
    expect(["/caf%C3%A9", "/caf%c3%a9", "/caf\u00c3\u00a9", "/caf%E9", "/cafe"].map(serves)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test("a Prefix path is literal without warning", () => {
    expect(readPath({ path: "/a(b)", pathType: "Prefix", backend })).toEqual({
      match: { kind: "prefix", path: "/a(b)" },
    });
  });
});
