import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import { routeHandler } from "../../../src/data-plane/proxy/act.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { bodyOfLength, exchange } from "../../support/exchanges.ts";
import { route } from "../../support/routes.ts";

const SURROUNDINGS = {
  limits: DEFAULT_LIMITS,
  timeouts: { connect: 1000, read: 1000, send: 1000 },
  upstreamNamed: () => undefined,
  publicHttpsPort: () => 443,
  heldBytes: new HeldBytes(0),
};
const failing = (failure: string): unknown => expect.objectContaining({ failure });
const handle = (given: Partial<Route>, body = bodyOfLength(0)) =>
  routeHandler({ ...route("Prefix /"), ...given }, SURROUNDINGS)(exchange({ body }));

test("a route that must not be served is not, and says why to the log", async () => {
  const why = { failure: "route_unavailable", detail: "auth-url is not built" };
  await expect(handle({ action: { kind: "unavailable", why: "auth-url is not built" } })).rejects.toEqual(
    expect.objectContaining(why),
  );
});

test("an upstream that is gone has no endpoints", async () => {
  await expect(handle({ action: { kind: "forward", upstream: "web" } })).rejects.toEqual(failing("no_endpoints"));
});

test("the limit comes before middleware, which comes before the action", async () => {
  const middleware = [{ use: "https-redirect", options: {} }];
  expect((await handle({ middleware, requestBodyLimit: 5 }, bodyOfLength(5))).status).toBe(308);
  const refused = handle({ middleware, requestBodyLimit: 1 }, bodyOfLength(5));
  await expect(refused).rejects.toEqual(failing("payload_too_large"));
});

test("a middleware nobody knows is not applied", () => {
  expect(() => routeHandler({ ...route("Prefix /"), middleware: [{ use: "x", options: {} }] }, SURROUNDINGS)).toThrow(
    "no middleware",
  );
});

test.each([
  [5, 5, "route_unavailable"],
  [6, 5, "payload_too_large"],
  [1, 0, "payload_too_large"],
  [0, 0, "route_unavailable"],
  [1e12, undefined, "route_unavailable"],
])("a body of %i with a limit of %s: %s", async (length, requestBodyLimit, failure) => {
  const given = requestBodyLimit === undefined ? {} : { requestBodyLimit };
  await expect(handle(given, bodyOfLength(length))).rejects.toEqual(failing(failure));
});

test("a body of unknown length is limited while it is read", async () => {
  const body = bodyOfLength(null);
  await expect(handle({ requestBodyLimit: 5 }, body)).rejects.toEqual(failing("route_unavailable"));
  expect(body.limit).toBe(5);
});
