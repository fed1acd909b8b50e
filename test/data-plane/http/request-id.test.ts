import { expect, test } from "vitest";
import { requestId } from "../../../src/data-plane/http/request-id.ts";

test("made by us it is 32 hexadecimal digits, and never twice the same", () => {
  // More than one filling of the pool of random octets.
  const made = Array.from({ length: 1000 }, () => requestId(undefined));
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(made).size).toBe(made.length);
});

test.each(["a", "0123-abc", "!~", "x".repeat(128)])("the client's %j is kept", (sent) =>
  expect(requestId(sent)).toBe(sent),
);

test.each(["", " ", "a b", "a\tb", "\u00e9", "a\r\nb", "x".repeat(129), "a\n"])(
  "the client's %j is replaced",
  (sent) => {
    expect(requestId(sent)).toMatch(/^[0-9a-f]{32}$/);
  },
);
