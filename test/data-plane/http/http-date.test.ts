import { afterEach, expect, test, vi } from "vitest";
import { httpDate } from "../../../src/data-plane/http/http-date.ts";

afterEach(() => vi.useRealTimers());

test("is an IMF-fixdate that moves with the second", () => {
  vi.useFakeTimers({ now: Date.UTC(1994, 10, 6, 8, 49, 37, 20) });
  expect(httpDate()).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  vi.setSystemTime(Date.UTC(1994, 10, 6, 8, 49, 37, 999));
  expect(httpDate()).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  vi.setSystemTime(Date.UTC(1994, 10, 6, 8, 49, 38));
  expect(httpDate()).toBe("Sun, 06 Nov 1994 08:49:38 GMT");
});
