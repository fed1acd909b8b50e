import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePath } from "../../src/data-plane/http/target.ts";
import { normalPath } from "../../src/snapshot/normal-path.ts";

describe("normalPath", () => {
  // As nginx answers for $uri with merge_slashes on.
  test.each([
    ["/", "/"],
    ["/a", "/a"],
    ["/a/", "/a/"],
    ["/a/b.c", "/a/b.c"],
    ["//", "/"],
    ["//a", "/a"],
    ["/a//b", "/a/b"],
    ["/a///", "/a/"],
    ["/.", "/"],
    ["/./", "/"],
    ["/a/.", "/a/"],
    ["/a/./b", "/a/b"],
    ["/a/..", "/"],
    ["/a/../", "/"],
    ["/a/b/..", "/a/"],
    ["/a/b/../", "/a/"],
    ["/a/b/../c", "/a/c"],
    ["/a//../b", "/b"],
    ["/a/b/../../c", "/c"],
    ["/...", "/..."],
    ["/..a", "/..a"],
    ["/.a", "/.a"],
    ["/a./b", "/a./b"],
    ["/a..", "/a.."],
    ["/a/.../b", "/a/.../b"],
    ["/..;/a", "/..;/a"],
    ["/%61", "/a"],
    ["/%2E/a", "/a"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e", "/"],
    ["/a%2Fb", "/a/b"],
    ["/a%2f%2fb", "/a/b"],
    ["/a%2f..%2fb", "/b"],
    ["/a%5cb", "/a\\b"],
    ["/a%20b", "/a b"],
    ["/a%3Fb%23", "/a?b#"],
    ["/%2541", "/%41"],
    ["/%25", "/%"],
    ["/100%25/a", "/100%/a"],
    ["/caf%C3%A9", "/caf\u00c3\u00a9"],
    ["/%FF", "/\u00ff"],
    ["/%01", "/\u0001"],
    ["/a;p=1/b", "/a;p=1/b"],
    ["/\u0101", "/\u00c4\u0081"],
  ])("%j is %j", (path, normal) => expect(normalPath(path)).toBe(normal));

  test.each(
    [
      ["", "a", "a/b", "*", "?", "%2fa", "\\a"].map((path) => [path, "no path"] as const),
      ["/..", "/../a", "/a/../..", "/a/../../b", "/%2e%2e", "/a/%2e%2e/..", "//..", "/./.."].map(
        (path) => [path, "above the root"] as const,
      ),
      ["/%", "/%2", "/%zz", "/a%", "/%%41", "/%2%66", "/% 1", "/%u0041"].map(
        (path) => [path, "a bad triplet"] as const,
      ),
      ["/\0", "/%00", "/a%00b", "/a\0/../b", "/a/%00/../b"].map((path) => [path, "NUL"] as const),
    ].flat(),
  )("%j has none: %s", (path) => expect(normalPath(path)).toBeNull());

  const piece = fc.constantFrom(
    "/",
    "/",
    ".",
    "..",
    "a",
    "b",
    "%2f",
    "%2e",
    "%2E",
    "%41",
    "%25",
    "%00",
    "%",
    ";",
    " ",
    "\u00e9",
  );
  const paths = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`),
    fc.string(),
  );

  test("holds no empty and no dot segment, and begins at the root", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const normal = normalPath(path);
        if (normal === null) return;
        expect(normal).toMatch(/^\//);
        expect(normal).not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)|[\0\u0100-\uffff]/);
      }),
    );
  });

  test("written down and read again it is the same", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const normal = normalPath(path);
        if (normal !== null) expect(normalPath(encodePath(normal))).toBe(normal);
        if (normal !== null && !normal.includes("%")) expect(normalPath(normal)).toBe(normal);
      }),
    );
  });

  test("means the same with every octet encoded", () => {
    const encoded = (path: string): string =>
      `/${Buffer.from(path.slice(1), "latin1").toString("hex").replace(/../g, "%$&")}`;
    const plain = fc.array(fc.constantFrom("/", ".", "..", "a", "b c", "\u00e9"), { maxLength: 12 });
    fc.assert(
      fc.property(plain, (pieces) => {
        const path = `/${pieces.join("")}`;
        expect(normalPath(encoded(path))).toBe(normalPath(path));
      }),
    );
  });
});
