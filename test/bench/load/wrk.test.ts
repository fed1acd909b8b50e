import { expect, test } from "vitest";
import { parseWrk, parseWrkVersion } from "../../../bench/load/wrk.ts";

const GOOD = `Running 4s test @ http://127.0.0.1:8080/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.54%
  Latency Distribution
     50%  250.00us
     75%  491.00us
     90%  700.00us
     99%    5.80ms
  224646 requests in 4.10s, 17.76GB read
Requests/sec:  54791.71
Transfer/sec:      4.33GB
`;

test("a report without errors", () => {
  const { seconds, ...rest } = parseWrk(GOOD);
  expect(rest).toEqual({ requests: 224_646, p50: 0.25, p99: 5.8, errors: 0 });
  expect(seconds).toBeCloseTo(4.1);
});

test("failed connections, timeouts and answers that are no success all count", () => {
  const bad = GOOD.replace(
    "Requests/sec:",
    "  Socket errors: connect 1, read 20, write 300, timeout 4000\n  Non-2xx or 3xx responses: 50000\nRequests/sec:",
  );
  expect(parseWrk(bad)).toMatchObject({ requests: 224_646, errors: 54_321 });
});

test.each([
  ["1.50s", 1_500],
  ["1.00m", 60_000],
])("a latency of %s", (text, milliseconds) => {
  expect(parseWrk(GOOD.replace("5.80ms", text)).p99).toBe(milliseconds);
});

test("times of a second and more, which wrk ends with a space", () => {
  expect(parseWrk(GOOD.replace("5.80ms", "1.06s ")).p99).toBe(1_060);
});

test("something else is refused", () => {
  expect(() => parseWrk("unable to connect to 127.0.0.1:1 Connection refused")).toThrow("not a report");
  expect(() => parseWrk(GOOD.replace("5.80ms", "soon"))).toThrow("not a time");
});

test.each([
  ["wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer\nUsage: wrk", "4.1.0-3+b2"],
  ["wrk 4.2.0 [kqueue] Copyright (C) 2012 Will Glozer\n", "4.2.0"],
  ["sh: 1: wrk: not found\n", null],
])("version of %j", (text, version) => {
  expect(parseWrkVersion(text)).toBe(version);
});
