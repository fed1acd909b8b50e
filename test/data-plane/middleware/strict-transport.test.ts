import { expect, test } from "vitest";
import type { SecureClient } from "../../../src/data-plane/exchange/secure-client.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import { strictTransport } from "../../../src/data-plane/middleware/strict-transport.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const SURROUNDINGS = { publicHttpsPort: () => 443, heldBytes: new HeldBytes(0) };
const TLS: SecureClient = { serverName: "test.example", verification: null };

async function told(secure: SecureClient | null, value = "max-age=5"): Promise<string[]> {
  const middleware = strictTransport({ value }, SURROUNDINGS);
  const ofUpstream = headers(["strict-transport-security", "max-age=0"], ["Strict-Transport-Security", "max-age=1"]);
  const response = await middleware({ ...exchange({ scheme: "https" }), secure }, () =>
    Promise.resolve({ status: 200, reason: "", headers: ofUpstream, body: null }),
  );
  return response.headers.all("strict-transport-security");
}

test("over TLS it takes the place of what the upstream says", async () => {
  expect(await told(TLS)).toEqual(["max-age=5"]);
});

test("where a load balancer ended TLS it says nothing, as in ingress-nginx", async () => {
  expect(await told(null)).toEqual(["max-age=0", "max-age=1"]);
});

test("without a value it cannot be made", () => {
  expect(() => strictTransport({}, SURROUNDINGS)).toThrow("needs a value");
});
