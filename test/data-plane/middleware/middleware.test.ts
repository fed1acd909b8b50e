import { expect, test } from "vitest";
import type { Middleware } from "../../../src/data-plane/exchange/handler.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { compose } from "../../../src/data-plane/middleware/middleware.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const response = (reason: string): GatewayResponse => ({ status: 200, reason, headers: headers(), body: null });

test("the first middleware is the outermost", async () => {
  const seen: string[] = [];
  const named =
    (name: string): Middleware =>
    async (exchange, next) => {
      seen.push(`${name} in`);
      const answer = await next(exchange);
      seen.push(`${name} out`);
      return answer;
    };
  const handler = compose([named("a"), named("b")], () => {
    seen.push("action");
    return Promise.resolve(response("done"));
  });
  expect((await handler(exchange())).reason).toBe("done");
  expect(seen).toEqual(["a in", "b in", "action", "b out", "a out"]);
});

test("a middleware may answer itself", async () => {
  const answer: Middleware = () => Promise.resolve(response("early"));
  const handler = compose([answer], () => Promise.reject(new Error("not reached")));
  expect((await handler(exchange())).reason).toBe("early");
});

test("without middleware the action is the handler", () => {
  const action = (): Promise<GatewayResponse> => Promise.resolve(response("done"));
  expect(compose([], action)).toBe(action);
});
