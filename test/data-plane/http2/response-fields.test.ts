import { expect, test } from "vitest";
import { responseFields } from "../../../src/data-plane/http2/response-fields.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { bodyOfLength, headers, refusal } from "../../support/exchanges.ts";

function response(given: Partial<GatewayResponse> = {}): GatewayResponse {
  return { status: 200, reason: "Fine", headers: headers(), body: null, ...given };
}

test("names are lower case, repeated fields stay apart, fields of the connection are dropped", () => {
  const given = headers(["X-A", "1"], ["Connection", "X-B"], ["X-B", "2"], ["x-a", "3"], ["Trailer", "X"], ["TE", "a"]);
  expect(responseFields(response({ headers: given }), "GET").block).toEqual([
    ":status",
    "200",
    "x-a",
    "1",
    "x-a",
    "3",
    "content-length",
    "0",
  ]);
});

test("the length is that of the content, not what the upstream says of it", () => {
  const told = headers(["Content-Length", "9"]);
  const lengthOf = (given: Partial<GatewayResponse>, method = "GET") => {
    const { block, length } = responseFields(response({ headers: told, ...given }), method);
    const at = block.indexOf("content-length");
    return [at < 0 ? null : block[at + 1], length];
  };
  expect(lengthOf({ body: "é" })).toEqual(["2", 2]);
  expect(lengthOf({ body: bodyOfLength(7) })).toEqual(["7", 7]);
  expect(lengthOf({ body: bodyOfLength(null) })).toEqual([null, null]);
  expect(lengthOf({ body: bodyOfLength(0) }, "HEAD")).toEqual(["9", 0]);
  expect(lengthOf({ status: 304 })).toEqual(["9", 0]);
  expect(lengthOf({ status: 204 })).toEqual([null, 0]);
  expect(lengthOf({ status: 205, body: bodyOfLength(3) })).toEqual([null, 0]);
  expect(lengthOf({ headers: headers(), body: "abc" }, "HEAD")).toEqual(["3", 0]);
});

test.each([101, 199, 600, 999])("status %i cannot be sent", (status) => {
  expect(refusal(() => responseFields(response({ status }), "GET"))).toBe("upstream_invalid");
});
