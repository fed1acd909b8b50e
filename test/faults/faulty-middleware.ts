// What a middleware may do wrong. In the place of the built-in `https-redirect`, in workers that faulty-worker.ts starts.
import type { MiddlewareFactory } from "../../src/data-plane/middleware/factory.ts";

/** What is kept and never used again. */
const kept: unknown[] = [];

/** The field that says what a request's middleware does; others are served as if it were not there. */
export const FAULT = "x-fault";

export const httpsRedirect: MiddlewareFactory = () => async (exchange, next) => {
  switch (exchange.request.headers.get(FAULT)) {
    case "throw":
      throw new Error("thrown before");
    case "throw-after":
      await next(exchange);
      throw new Error("thrown with an answer in hand");
    case "throw-beside":
      void next(exchange).catch(() => {});
      throw new Error("thrown with a request on its way");
    case "throw-later":
      setImmediate(() => {
        throw new Error("thrown where nobody catches");
      });
      return next(exchange);
    case "reject-later":
      void Promise.reject(new Error("rejected where nobody handles"));
      return next(exchange);
    case "leak":
      kept.push(Array.from({ length: 5_000 }, (_, index) => ({ index })));
      return next(exchange);
    case "devour":
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
    case "stand-still-1":
      standStill(1_000);
      return next(exchange);
    case "stand-still-20":
      standStill(20_000);
      return next(exchange);
    default:
      return next(exchange);
  }
};

function standStill(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}
