import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lowerName } from "../../../src/data-plane/http/field-names.ts";

test.each(["Host", "host", "HOST", "Content-Length", "WWW-Authenticate", "x-request-id", "X-Custom", "TE"])(
  "%s",
  (name) => {
    expect(lowerName(name)).toBe(name.toLowerCase());
  },
);

test.each(["constructor", "__proto__"])("%s is a name like any other", (name) => expect(lowerName(name)).toBe(name));

test("any name in lower case, as often as it is asked for", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/), (name) => {
      for (let times = 0; times < 3; times++) expect(lowerName(name)).toBe(name.toLowerCase());
    }),
  );
});
