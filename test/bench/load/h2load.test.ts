import { expect, test } from "vitest";
import { parseHandshakes } from "../../../bench/load/handshakes.ts";
import { parseH2load } from "../../../bench/load/h2load.ts";

const REPORT = `finished in 2.02s, 20000.50 req/s, 2.42MB/s
requests: 40500 total, 40512 started, 40500 done, 40001 succeeded, 499 failed, 499 errored, 0 timeout
status codes: 40001 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 4.89MB (5124124) total, 1.15MB (1201201) headers (space savings 75.00%), 3.81MB (4000100) data
                     min         max         mean         sd        +/- sd
time for request:      120us     80.12ms     24.05ms      4.11ms    81.10%
time for connect:     3.21ms     22.18ms     11.01ms      5.22ms    62.50%
`;

test("what h2load counted; streams cut off by the end of the time are no errors", () => {
  expect(parseH2load(REPORT, 2)).toEqual({ requests: 40_001, seconds: 2, p50: 24.05, p99: 80.12, errors: 0 });
});

test("answers that are no success are errors, and so are more failures than streams at a time", () => {
  expect(parseH2load(REPORT.replace("0 5xx", "3 5xx"), 2).errors).toBe(3);
  expect(parseH2load(REPORT.replace("499 failed", "600 failed"), 2).errors).toBe(88);
});

test("something else is no report", () => {
  expect(() => parseH2load("Segmentation fault", 2)).toThrow("not a report");
  expect(() => parseHandshakes("no such option")).toThrow("not a report");
});

test("connections that openssl s_time made", () => {
  const text =
    "Collecting connection statistics for 2 seconds\n***\n\n1520 connections in 0.81s; 1876.5 connections/user sec, bytes read 0\n1520 connections in 3 real seconds, 0 bytes read per connection\n";
  expect(parseHandshakes(text)).toBe(1520);
});
