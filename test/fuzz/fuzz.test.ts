import { expect, onTestFinished, test } from "vitest";
import { fuzz } from "./fuzz.ts";

// A short run of `npm run fuzz`, which is where one looks for new problems. vitest fails on uncaught exceptions by itself.
test(
  "random clients and a random upstream: no octet goes astray, nothing hangs, nothing is left",
  { timeout: 60_000 },
  async () => {
    const warnings: string[] = [];
    const warned = (warning: Error): void => void warnings.push(String(warning));
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const { problems, requests, answers } = await fuzz(20261120, 4);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(answers).toBeGreaterThan(100);
  },
);
