import { expect, test } from "vitest";
import { seal } from "../../src/snapshot/seal.ts";
import type { AccessLogSetting } from "../../src/snapshot/serving-setting.ts";
import { LiveAccessLog } from "../../src/telemetry/live-access-log.ts";
import { exchange } from "../support/exchanges.ts";

const snapshot = (setting?: Omit<AccessLogSetting, "name">) =>
  seal({
    virtualHosts: [],
    upstreams: [],
    certificates: [],
    ...(setting === undefined ? {} : { settings: [{ name: "access-log", ...setting } as const] }),
  });

const of = (target: string) => exchange({ target, path: target.split("?")[0] ?? "" });

test("the format is that of the snapshot, and again that of the start when the snapshot has none any more", () => {
  const log = new LiveAccessLog({
    format: "json",
    colours: false,
    custom: { format: "first $uri", escape: "default" },
  });
  expect(log.line(of("/a?b"))).toBe("first /a");
  log.apply(snapshot({ format: 'second "$uri" $remote_user' }));
  expect(log.line(of("/a?b"))).toBe('second "/a" -');
  log.apply(snapshot({ escape: "json" }));
  expect(log.line(of("/a?b"))).toBe("first /a");
  log.apply(snapshot({ format: "third $no_such_variable" }));
  expect(log.line(of("/a?b"))).toBe("first /a");
  log.apply(snapshot());
  expect(log.line(of("/a?b"))).toBe("first /a");
});

test("targets that are skipped have no line, others do", () => {
  const log = new LiveAccessLog({ format: "common", colours: false });
  log.apply(snapshot({ skip: ["/health", "~^/metrics/\\d+$", "~*^/PING"] }));
  const skipped = ["/health", "/metrics/12", "/ping?x"];
  const written = ["/health?x", "/healthy", "/metrics/x", "/other"];
  expect(skipped.filter((target) => log.line(of(target)) !== null)).toEqual([]);
  expect(written.filter((target) => log.line(of(target)) === null)).toEqual([]);
});

test("nothing is written of requests where the snapshot says so", () => {
  const log = new LiveAccessLog({ format: "json", colours: false });
  log.apply(snapshot({ requests: false }));
  expect(log.line(of("/"))).toBeNull();
  log.apply(snapshot());
  expect(log.line(of("/"))).not.toBeNull();
});
