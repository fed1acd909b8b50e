import { expect, test } from "vitest";
import { LiveSettings } from "../../src/data-plane/live-settings.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../src/data-plane/limits.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { ServingSetting } from "../../src/snapshot/serving-setting.ts";

const snapshot = (...settings: ServingSetting[]) =>
  seal({ virtualHosts: [], upstreams: [], certificates: [], ...(settings.length === 0 ? {} : { settings }) });

test("limits and timeouts stay the same objects, and go back to what was started with", () => {
  const live = new LiveSettings({ limits: { headBytes: 5000 }, timeouts: { keepAlive: 7000 } });
  const { limits, timeouts } = live;
  const settings: ServingSetting[] = [
    { name: "limits", values: { headBytes: 9000, attempts: 1 } },
    { name: "timeouts", values: { requestHead: 1000 } },
  ];
  expect([...live.adopt(snapshot(...settings))]).toEqual(["limits", "timeouts"]);
  expect(limits).toEqual({ ...DEFAULT_LIMITS, headBytes: 9000, attempts: 1 });
  expect(timeouts).toEqual({ ...DEFAULT_TIMEOUTS, keepAlive: 7000, requestHead: 1000 });
  expect([live.limits, live.timeouts]).toEqual([limits, timeouts]);
  expect(live.adopt(snapshot(...settings)).size).toBe(0);
  expect(live.adopt(snapshot()).size).toBe(2);
  expect(limits).toEqual({ ...DEFAULT_LIMITS, headBytes: 5000 });
  expect(timeouts).toEqual({ ...DEFAULT_TIMEOUTS, keepAlive: 7000 });
});
