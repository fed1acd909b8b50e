import { expect, test } from "vitest";
import { logHealth } from "../../src/cli/log-health.ts";
import { createLog, type LogFormat } from "../../src/log.ts";
import type { HealthChange } from "../../src/data-plane/upstreams/health/ejection.ts";

const where = { upstream: "shop/web:80", endpoint: "10.0.0.7:8080" };
const EJECTED: HealthChange = { kind: "ejected", ...where, failures: 5, failure: "connect_failed", time: 30_000 };

function logged(change: HealthChange, format: LogFormat): string[] {
  const lines: string[] = [];
  logHealth(
    createLog(format, (line) => void lines.push(line)),
    change,
  );
  return lines;
}

test("one line, for eyes", () => {
  expect(logged(EJECTED, "pretty")).toEqual([
    "warning: endpoint 10.0.0.7:8080 of shop/web:80 failed 5 times in a row (connect_failed): not used for 30 s",
  ]);
  expect(logged({ kind: "returned", ...where }, "pretty")).toEqual([
    "endpoint 10.0.0.7:8080 of shop/web:80 answers again and is in use",
  ]);
});

test("or with its facts, for machines", () => {
  const [line = ""] = logged(EJECTED, "json");
  expect(JSON.parse(line)).toMatchObject({ level: "warning", ...where, failures: 5, failure: "connect_failed" });
});
