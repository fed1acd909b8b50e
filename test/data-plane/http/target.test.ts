import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePath, parseTarget } from "../../../src/data-plane/http/target.ts";
import { normalPath } from "../../../src/snapshot/normal-path.ts";
import { refusal } from "../../support/exchanges.ts";

describe("origin form", () => {
  test.each([
    ["/", "/", "/"],
    ["/a/b", "/a/b", "/a/b"],
    ["/a?b=c", "/a?b=c", "/a"],
    ["/?", "/?", "/"],
    ["/a??b", "/a??b", "/a"],
    ["/?/../x", "/?/../x", "/"],
    ["/a?b=%zz&c=%00", "/a?b=%zz&c=%00", "/a"],
    // Kept as it was written: upstreams tell %2F from a slash.
    ["/a%2Fb", "/a%2Fb", "/a/b"],
    ["/a%2fb", "/a%2fb", "/a/b"],
    ["/a/../b", "/a/../b", "/b"],
    ["/a/..;/b", "/a/..;/b", "/a/..;/b"],
    ["/%2e%2e/../a", null, null],
    ["/b/%2e%2e/a", "/b/%2e%2e/a", "/a"],
    ["//x", "//x", "/x"],
    ["//evil.example/", "//evil.example/", "/evil.example/"],
    ["/a;p=1/b", "/a;p=1/b", "/a;p=1/b"],
    ["/a%5cb", "/a%5cb", "/a\\b"],
    ["/%41", "/%41", "/A"],
    ["/~a!$&'()*+,=:@-._", "/~a!$&'()*+,=:@-._", "/~a!$&'()*+,=:@-._"],
    // RL12: what browsers send raw is encoded once, in the path alone.
    ["/a|b{c}d^e[f]g`h", "/a%7Cb%7Bc%7Dd%5Ee%5Bf%5Dg%60h", "/a|b{c}d^e[f]g`h"],
    ["/a%7Cb|c", "/a%7Cb%7Cc", "/a|b|c"],
    ["/a?b|{}[]^`", "/a?b|{}[]^`", "/a"],
    ['/a?b="<>\\', '/a?b="<>\\', "/a"],
    ["/.hidden", "/.hidden", "/.hidden"],
    ["/a.", "/a.", "/a."],
    ["/./a/.", "/./a/.", "/a/"],
  ])("%s goes on as %s and is matched as %s", (raw, target, path) => {
    if (path === null) expect(refusal(() => parseTarget(raw, false))).toBe("bad_request");
    else expect(parseTarget(raw, false)).toEqual({ target, path, authority: null });
  });

  test.each([
    "/x#frag",
    "/#",
    "/x?y#z",
    "/a b",
    "/a?b c",
    "/a	b",
    "/\0",
    "/a",
    "/a?",
    "/a",
    "/cafÃ©",
    "/a?ÿ",
    '/a"b',
    "/a<b",
    "/a>b",
    "/a\\b",
    "/%00",
    "/a%00b",
    "/%",
    "/%2",
    "/%zz",
    "/..",
    "/../a",
    "/a/../../b",
    "/%2e%2e/a",
    "",
    "a",
    "a/b",
    "?a",
    "*",
    "\\a",
    "ftp://a/b",
    "http:/a",
    "http:a",
    "javascript:alert(1)",
    "://a",
    "/\r",
    "/\n",
  ])("%j is refused", (raw) => {
    expect(refusal(() => parseTarget(raw, false))).toBe("bad_request");
    expect(refusal(() => parseTarget(raw, true))).toBe("bad_request");
  });
});

describe("absolute form", () => {
  test.each([
    ["http://good/a?b", "/a?b", "/a", "good"],
    ["HTTPS://Good:8443/", "/", "/", "Good:8443"],
    ["http://good", "/", "/", "good"],
    ["http://good?a=b", "/?a=b", "/", "good"],
    ["http://good//a/../b", "//a/../b", "/b", "good"],
    ["http:///a", "/a", "/a", ""],
    ["http://u@good/", "/", "/", "u@good"],
  ])("%s", (raw, target, path, authority) => {
    expect(parseTarget(raw, false)).toEqual({ target, path, authority });
  });

  test.each(["http://good#frag", "http://good/#frag", "http://good/..", "http://good/a b"])("%s is refused", (raw) => {
    expect(refusal(() => parseTarget(raw, false))).toBe("bad_request");
  });
});

describe("strict paths (RL13)", () => {
  test.each(["/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a/..;/b", "/..;", "http://a/b%2fc"])("%s is refused", (raw) => {
    expect(refusal(() => parseTarget(raw, true))).toBe("bad_request");
    expect(refusal(() => parseTarget(raw, false))).toBe("");
  });

  test.each([
    ["/a/../b", "/b"],
    ["//a", "/a"],
    ["/%41%20b", "/A%20b"],
    ["/a/./b/", "/a/b/"],
    ["/caf%c3%a9", "/caf%C3%A9"],
    ["/100%25", "/100%25"],
    ["/%2541", "/%2541"],
    ["/a|b", "/a%7Cb"],
    ["/a/../b?c=%2f..;", "/b?c=%2f..;"],
    ["/%3F%23", "/%3F%23"],
  ])("%s goes on as %s", (raw, sent) => expect(parseTarget(raw, true).target).toBe(sent));
});

describe("any target", () => {
  const piece = fc.constantFrom(
    "/",
    "/",
    ".",
    "..",
    "a",
    "%2f",
    "%2e",
    "%41",
    "%25",
    "%5c",
    ";",
    "|",
    "[",
    "?",
    "=",
    "&",
    "\u00e9",
    " ",
    "%",
  );
  const targets = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join("")}`);

  test("is matched by the normal form of its path, whichever way it was read", () => {
    fc.assert(
      fc.property(targets, fc.boolean(), (raw, strict) => {
        if (refusal(() => parseTarget(raw, strict)) !== "") return;
        const { path, target } = parseTarget(raw, strict);
        expect(path).toBe(normalPath(raw.split("?")[0] as string));
        // What goes on means the same path, and cannot end the request line.
        expect(normalPath(target.split("?")[0] as string)).toBe(path);
        expect(target).toMatch(/^\/[\x21-\x7e]*$/);
        expect(parseTarget(`http://a${raw}`, strict)).toEqual({ path, target, authority: "a" });
      }),
      { numRuns: 1000 },
    );
  });

  test("strict, it goes on in normal form", () => {
    fc.assert(
      fc.property(targets, (raw) => {
        if (refusal(() => parseTarget(raw, true)) !== "") return;
        const { path, target } = parseTarget(raw, true);
        expect(target.split("?")[0]).toBe(encodePath(path));
      }),
    );
  });
});
