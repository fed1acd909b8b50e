import { expect, test } from "vitest";
import { nearestName } from "../../src/control-plane/nearest-name.ts";

const NAMES = ["proxy-body-size", "ssl-redirect", "force-ssl-redirect", "use-regex", "app-root"];

test.each([
  ["proxy-bodysize", "proxy-body-size"],
  ["proxy-body-sise", "proxy-body-size"],
  ["porxy-body-size", "proxy-body-size"],
  ["ssl-redirct", "ssl-redirect"],
  ["xproxy-body-sizes", "proxy-body-size"],
  ["user-regex", "use-regex"],
  ["app-rot", "app-root"],
])("%s is nearest to %s", (written, meant) => {
  expect(nearestName(written, NAMES)).toBe(meant);
});

test.each(["ssl", "approach", "x", "", "proxy-body", "completely-different", "a".repeat(100_000)])(
  "%s is near to none",
  (written) => {
    expect(nearestName(written, NAMES)).toBeNull();
  },
);
