import { describe, expect, test } from "vitest";
import type { GatewayRequest } from "../../../src/data-plane/exchange/request.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { httpsRedirect } from "../../../src/data-plane/middleware/https-redirect.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import type { JsonObject } from "../../../src/snapshot/json.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const NEXT: GatewayResponse = { status: 299, reason: "", headers: headers(), body: null };

function answer(
  asked: Partial<GatewayRequest>,
  options: JsonObject = {},
  port: number | null = 443,
): Promise<GatewayResponse> {
  const redirect = httpsRedirect(options, { publicHttpsPort: () => port, heldBytes: new HeldBytes(0) });
  return redirect(exchange(asked), () => Promise.resolve(NEXT));
}

describe("Location", () => {
  test.each<[target: string, authority: string, location: string, options?: JsonObject, port?: number | null]>([
    ["/", "shop.example", "https://shop.example"],
    ["/a", "shop.example", "https://shop.example/a"],
    ["/a/", "shop.example", "https://shop.example/a"],
    ["/a//", "shop.example", "https://shop.example/a/"],
    ["/a?b=c", "shop.example", "https://shop.example/a?b=c"],
    ["/a?b=/", "shop.example", "https://shop.example/a?b="],
    ["/?", "shop.example", "https://shop.example/?"],
    ["/a%2Fb/../c", "shop.example", "https://shop.example/a%2Fb/../c"],
    ["//evil.example/", "shop.example", "https://shop.example//evil.example"],
    ["/", "shop.example:8080", "https://shop.example"],
    ["/a", "shop.example:8080", "https://shop.example:8443/a", {}, 8443],
    ["/", "shop.example", "https://shop.example:8443", {}, 8443],
    ["/a", "[::1]", "https://[::1]/a"],
    ["/a", "[2001:db8::1]:8080", "https://[2001:db8::1]/a"],
    ["/a", "[2001:db8::1]:8080", "https://[2001:db8::1]:8443/a", {}, 8443],
    ["/a", "10.0.0.1:80", "https://10.0.0.1/a"],
    ["/a", "shop.example", "https://shop.example/a", {}, null],
    ["/", "shop.example", "https://shop.example/", { keepTrailingSlash: true }],
    ["/a/", "shop.example", "https://shop.example/a/", { keepTrailingSlash: true }],
    ["/a", "shop.example", "https://shop.example:443/a", { usePort: true }],
    ["/a", "shop.example", "https://shop.example:8443/a", { usePort: true }, 8443],
  ])("%s on %s goes to %s", async (target, authority, location, options = {}, port = 443) => {
    const response = await answer({ target, authority }, options, port);
    expect(response.status).toBe(308);
    expect(response.headers.get("location")).toBe(location);
  });
});

test.each([301, 302, 307, 308])("code %i is answered where it is asked for", async (code) => {
  expect((await answer({}, { code })).status).toBe(code);
});

test("HTTPS goes on", async () => expect(await answer({ scheme: "https" })).toBe(NEXT));

test("a request without a host cannot be sent anywhere", async () => {
  const failing = expect.objectContaining({ failure: "bad_request" }) as unknown;
  await expect(answer({ httpVersion: "1.0", host: "", authority: "" })).rejects.toEqual(failing);
});
