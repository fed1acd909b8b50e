import { expect, test } from "vitest";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import { makeMiddleware } from "../../../src/data-plane/middleware/registry.ts";

const surroundings = { publicHttpsPort: () => 443, heldBytes: new HeldBytes(0) };

test("a middleware is made by its name", () => {
  expect(makeMiddleware({ use: "https-redirect", options: {} }, surroundings)).toBeTypeOf("function");
});

test.each(["nothing", "", "constructor", "__proto__"])("nobody is called %j", (use) => {
  expect(() => makeMiddleware({ use, options: {} }, surroundings)).toThrow(`no middleware is called "${use}"`);
});
