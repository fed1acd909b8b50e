import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../../src/control-plane/translate/settings/settings.ts";
import { settingsOf } from "../../../support/settings.ts";

test("the access log", () => {
  const data = {
    "log-format-upstream": "$status $uri",
    "log-format-escape-json": "true",
    "disable-stream-access-log": "true",
    "skip-access-log-urls": "/healthz,~^/metrics",
  };
  const setting = { name: "access-log", format: "$status $uri", escape: "json", streams: false };
  expect(settingsOf(data)).toMatchObject({
    said: [],
    settings: { serving: [{ ...setting, skip: ["/healthz", "~^/metrics"] }] },
  });
  expect(settingsOf({ "disable-access-log": "true" }).settings.serving).toEqual([
    { name: "access-log", requests: false, streams: false },
  ]);
  expect(settingsOf({ "skip-access-log-urls": "~(" })).toMatchObject({
    said: ["SettingInvalid skip-access-log-urls"],
    settings: DEFAULT_SETTINGS,
  });
  const logFormatProblem = (): string => "there is no variable $x";
  expect(settingsOf({ "log-format-upstream": "$x" }, { logFormatProblem })).toMatchObject({
    said: ["SettingInvalid log-format-upstream"],
    settings: DEFAULT_SETTINGS,
  });
});

describe("how the data plane serves", () => {
  test.each<[Record<string, string>, readonly object[]]>([
    [
      { "client-header-timeout": "5", "client-body-timeout": "6" },
      [{ name: "timeouts", values: { requestHead: 5000, requestBody: 6000 } }],
    ],
    [
      { "keep-alive": "75", "keep-alive-requests": "1000" },
      [
        { name: "limits", values: { requestsPerConnection: 1000 } },
        { name: "timeouts", values: { keepAlive: 75_000 } },
      ],
    ],
    [{ "keep-alive": "0", "keep-alive-requests": "1000" }, [{ name: "limits", values: { requestsPerConnection: 1 } }]],
    [
      { "large-client-header-buffers": "4 16k" },
      [{ name: "limits", values: { headBytes: 65_536, targetBytes: 16_384 } }],
    ],
    [{ "http2-max-concurrent-streams": "128" }, [{ name: "limits", values: { streamsPerSession: 128 } }]],
    [
      { "upstream-keepalive-connections": "0", "proxy-next-upstream-tries": "0" },
      [{ name: "limits", values: { idleConnectionsPerEndpoint: 0, attempts: 100 } }],
    ],
    [
      { "upstream-keepalive-timeout": "30", "proxy-stream-timeout": "1h 30m" },
      [{ name: "timeouts", values: { upstreamIdle: 30_000, streamIdle: 5_400_000 } }],
    ],
    [
      { "use-forwarded-headers": "true", "proxy-real-ip-cidr": "10.0.0.0/8, 2001:db8::/32" },
      [{ name: "proxies", trusted: ["10.0.0.0/8", "2001:db8::/32"], forwardedHeaders: true }],
    ],
    [
      { "forwarded-for-header": "CF-Connecting-IP", "compute-full-forwarded-for": "true" },
      [{ name: "proxies", forwardedFor: "CF-Connecting-IP", fullChain: true }],
    ],
    [{ "use-proxy-protocol": "false" }, [{ name: "proxies", proxyProtocol: false }]],
  ])("%j", (data, serving) => {
    expect(settingsOf(data)).toMatchObject({ said: [], settings: { serving } });
  });

  test.each([
    ["client-header-timeout", "0"],
    ["keep-alive", "75s"],
    ["large-client-header-buffers", "8k"],
    ["large-client-header-buffers", "4 8m"],
    ["large-client-header-buffers", "1 1k"],
    ["http2-max-concurrent-streams", "0"],
    ["proxy-stream-timeout", "ten minutes"],
    ["proxy-stream-timeout", "0"],
    ["proxy-stream-timeout", "5s x"],
    ["forwarded-for-header", "X Forwarded"],
    ["use-forwarded-headers", "yes"],
  ])("%s: %s is no value", (key, value) => {
    expect(settingsOf({ [key]: value })).toMatchObject({ said: [`SettingInvalid ${key}`], settings: DEFAULT_SETTINGS });
  });

  test("a range that is none is not trusted, and opens nothing to everybody", () => {
    const { settings, said } = settingsOf({
      "proxy-real-ip-cidr": "10.0.0.0/33, load-balancer",
      "use-proxy-protocol": "true",
    });
    expect(said).toEqual(["SettingInvalid proxy-real-ip-cidr", "SettingInvalid proxy-real-ip-cidr"]);
    expect(settings.serving).toEqual([{ name: "proxies", trusted: [], proxyProtocol: true }]);
  });

  test("to believe everybody is told, unless a flag says who is believed", () => {
    expect(settingsOf({ "use-forwarded-headers": "true" }).said).toEqual(["EverybodyTrusted use-forwarded-headers"]);
    const { said } = settingsOf({ "use-proxy-protocol": "true", "proxy-real-ip-cidr": "::/0" });
    expect(said).toEqual(["EverybodyTrusted use-proxy-protocol"]);
    const byFlag = settingsOf({ "use-forwarded-headers": "true" }, { trustedByFlag: ["10.0.0.0/8"] });
    expect(byFlag.said).toEqual([]);
  });
});
