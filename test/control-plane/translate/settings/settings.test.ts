import { describe, expect, test } from "vitest";
import { Problems } from "../../../../src/control-plane/translate/problems.ts";
import { BUILT_SETTINGS } from "../../../../src/control-plane/translate/settings/built-settings.ts";
import { NOT_BUILT } from "../../../../src/control-plane/translate/settings/not-built-settings.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../../../src/control-plane/translate/settings/settings.ts";
import { settingsOf } from "../../../support/settings.ts";

/** All keys of ingress-nginx 1.15.1, of its documentation and its code. */
const OF_INGRESS_NGINX = `
  access-log-params access-log-path add-headers allow-backend-server-header allow-cross-namespace-resources
  allow-snippet-annotations annotation-value-word-blocklist annotations-risk-level app-root bind-address block-cidrs
  block-referers block-user-agents brotli-level brotli-min-length brotli-types client-body-buffer-size
  client-body-timeout client-header-buffer-size client-header-timeout compute-full-forwarded-for custom-http-errors
  debug-connections default-type denylist-source-range disable-access-log disable-http-access-log disable-ipv6
  disable-ipv6-dns disable-proxy-intercept-errors disable-stream-access-log enable-access-log-for-default-backend
  enable-aio-write enable-auth-access-log enable-brotli enable-modsecurity enable-multi-accept enable-ocsp
  enable-opentelemetry enable-owasp-modsecurity-crs enable-real-ip enable-serial-reloads enable-syslog
  enable-underscores-in-headers error-log-level error-log-path force-ssl-redirect forwarded-for-header
  forwarded-for-proxy-protocol-header forwarded-host-header generate-request-id geoip2-autoreload-in-minutes
  global-allowed-response-headers global-auth-always-set-cookie global-auth-cache-duration global-auth-cache-key
  global-auth-method global-auth-request-redirect global-auth-response-headers global-auth-signin
  global-auth-signin-redirect-param global-auth-snippet global-auth-url grpc-buffer-size-kb gzip-disable gzip-level
  gzip-min-length gzip-types hide-headers hsts hsts-include-subdomains hsts-max-age hsts-preload http-access-log-path
  http-redirect-code http-snippet http2-max-concurrent-streams http2-max-field-size http2-max-header-size
  http2-max-requests ignore-invalid-headers keep-alive keep-alive-requests large-client-header-buffers
  limit-conn-status-code limit-conn-zone-variable limit-rate limit-rate-after limit-req-status-code load-balance
  location-snippet log-format-escape-json log-format-escape-none log-format-stream log-format-upstream
  lua-shared-dicts main-snippet map-hash-bucket-size max-worker-connections max-worker-open-files modsecurity-snippet
  nginx-status-ipv4-whitelist nginx-status-ipv6-whitelist no-auth-locations no-tls-redirect-locations
  opentelemetry-config opentelemetry-operation-name opentelemetry-trust-incoming-span otel-max-export-batch-size
  otel-max-queuesize otel-sampler otel-sampler-parent-based otel-sampler-ratio otel-schedule-delay-millis
  otel-service-name otlp-collector-host otlp-collector-port preserve-trailing-slash proxy-add-original-uri-header
  proxy-body-size proxy-buffer-size proxy-buffering proxy-buffers-number proxy-busy-buffers-size
  proxy-connect-timeout proxy-cookie-domain proxy-cookie-path proxy-headers-hash-bucket-size
  proxy-headers-hash-max-size proxy-http-version proxy-max-temp-file-size proxy-next-upstream
  proxy-next-upstream-timeout proxy-next-upstream-tries proxy-protocol-header-timeout proxy-read-timeout
  proxy-real-ip-cidr proxy-redirect-from proxy-redirect-to proxy-request-buffering proxy-send-timeout
  proxy-set-headers proxy-ssl-location-only proxy-stream-next-upstream proxy-stream-next-upstream-timeout
  proxy-stream-next-upstream-tries proxy-stream-responses proxy-stream-timeout relative-redirects
  retry-non-idempotent reuse-port server-name-hash-bucket-size server-name-hash-max-size server-snippet server-tokens
  service-upstream skip-access-log-urls ssl-buffer-size ssl-ciphers ssl-dh-param ssl-early-data ssl-ecdh-curve
  ssl-protocols ssl-redirect ssl-reject-handshake ssl-session-cache ssl-session-cache-size ssl-session-ticket-key
  ssl-session-tickets ssl-session-timeout stream-access-log-path stream-snippet strict-validate-path-type syslog-host
  syslog-port upstream-hash-by upstream-hash-by-subset upstream-hash-by-subset-size upstream-keepalive-connections
  upstream-keepalive-requests upstream-keepalive-time upstream-keepalive-timeout use-forwarded-headers use-geoip2
  use-gzip use-http2 use-port-in-redirects use-proxy-protocol variables-hash-bucket-size variables-hash-max-size
  whitelist-source-range worker-cpu-affinity worker-processes worker-shutdown-timeout
`
  .trim()
  .split(/\s+/);

test("every key of ingress-nginx is in exactly one place", () => {
  const keys = [...BUILT_SETTINGS.map(({ name }) => name), ...NOT_BUILT.flatMap((row) => Object.keys(row.keys))];
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  expect(OF_INGRESS_NGINX.filter((key) => !keys.includes(key))).toEqual([]);
});

test("an empty ConfigMap, and empty values, are the defaults", () => {
  expect(settingsOf({})).toMatchObject({ settings: DEFAULT_SETTINGS, said: [] });
  const empty = Object.fromEntries(OF_INGRESS_NGINX.map((key) => [key, ""]));
  const { settings, said } = settingsOf(empty);
  expect(said).toEqual([]);
  // Here an empty list says something.
  expect(settings).toEqual({
    ...DEFAULT_SETTINGS,
    redirects: { code: 308, exempt: [] },
    serving: [{ name: "proxies", trusted: [] }],
  });
});

test("a ConfigMap that does not exist is said, and the defaults hold", () => {
  const problems = new Problems();
  expect(readSettings(undefined, { configMap: "ns/settings" }, problems)).toBe(DEFAULT_SETTINGS);
  expect(problems.found).toMatchObject([{ code: "SettingsNotFound", object: { name: "--configmap ns/settings" } }]);
});

test("defaults of annotations are what the annotations make of the values", () => {
  const { settings, said } = settingsOf({
    "proxy-body-size": "8m",
    "proxy-read-timeout": " 90 ",
    "ssl-redirect": "F",
    "proxy-request-buffering": "off",
  });
  expect(said).toEqual([]);
  expect(settings.defaults.presets).toEqual({
    "proxy-body-size": 8 * 1024 ** 2,
    "proxy-read-timeout": 90,
    "ssl-redirect": false,
    "proxy-request-buffering": "off",
  });
});

test.each([
  ["proxy-body-size", "1q"],
  ["proxy-connect-timeout", "5s"],
  ["ssl-redirect", "on"],
  ["http-redirect-code", "303"],
  ["no-tls-redirect-locations", "open"],
])("%s: %s is said, and costs that key alone", (key, value) => {
  const { settings, said } = settingsOf({ [key]: value, "proxy-send-timeout": "9" });
  expect(said).toEqual([`SettingInvalid ${key}`]);
  expect(settings).toEqual({
    ...DEFAULT_SETTINGS,
    defaults: { ...DEFAULT_SETTINGS.defaults, presets: { "proxy-send-timeout": 9 } },
  });
});

test("redirects", () => {
  const { redirects } = settingsOf({ "http-redirect-code": "302", "no-tls-redirect-locations": "/a,, /b " }).settings;
  expect(redirects).toEqual({ code: 302, exempt: ["/a", "/b"] });
});

describe("keys that protect and are not built", () => {
  test.each([
    ["whitelist-source-range", "10.0.0.0/8", { unless: ["whitelist-source-range", "allowlist-source-range"] }],
    ["denylist-source-range", "10.0.0.0/8", { unless: ["denylist-source-range"] }],
    ["block-cidrs", "10.0.0.0/8", {}],
    ["block-user-agents", "~*curl", {}],
    ["global-auth-url", "nonsense", { unlessFalse: "enable-global-auth", exempt: ["/.well-known/acme-challenge"] }],
    ["limit-rate", "20", { unless: ["limit-rate"] }],
    ["enable-modsecurity", "true", { unless: ["enable-modsecurity"] }],
    ["server-snippet", "deny all;", {}],
    ["global-auth-ulr", "https://auth.example.com", {}],
  ])("%s: %s closes", (key, value, except) => {
    const { settings, diagnostics } = settingsOf({ [key]: value });
    expect(diagnostics).toMatchObject([{ severity: "error", object: { kind: "ConfigMap" } }]);
    const source = `key ${key} of ConfigMap ns/settings`;
    expect(settings.defaults.refusals).toMatchObject([{ source, ...except }]);
  });

  test.each([
    ["whitelist-source-range", "0.0.0.0/0, ::/0"],
    ["limit-rate", "0"],
    ["enable-modsecurity", "False"],
    ["global-auth-cache-duration", "200 202 401 5m"],
  ])("%s: %s asks for nothing", (key, value) => {
    expect(settingsOf({ [key]: value })).toMatchObject({ said: [], settings: DEFAULT_SETTINGS });
  });

  test("what belongs to another key is told alone", () => {
    expect(settingsOf({ "global-auth-signin": "https://a.example" }).said).toEqual([
      "SettingWithoutEffect global-auth-signin",
    ]);
    expect(
      settingsOf({ "global-auth-signin": "https://a.example", "global-auth-url": "https://a.example" }).said,
    ).toEqual(["ProtectionNotBuilt global-auth-url"]);
  });

  test("no-auth-locations are exempt from global-auth-url", () => {
    const { settings } = settingsOf({ "global-auth-url": "https://a.example", "no-auth-locations": "/a,/b" });
    expect(settings.defaults.refusals).toMatchObject([{ exempt: ["/a", "/b"] }]);
  });

  test("stream-snippet closes TCP and UDP services", () => {
    const { settings, said } = settingsOf({ "stream-snippet": "deny all;" });
    expect(said).toEqual(["SnippetNotSupported stream-snippet"]);
    expect(settings.defaults).toEqual(DEFAULT_SETTINGS.defaults);
    expect(settings.streamsRefused).not.toBeNull();
  });
});

test.each([
  ["worker-processes", "4", "SettingTakenAtStart"],
  ["proxy-buffer-size", "16k", "SettingWithoutCounterpart"],
  ["custom-http-errors", "404,503", "SettingNotBuilt"],
  ["proxy-bdoy-size", "1m", "SettingUnknown"],
])("%s: %s is %s", (key, value, code) => {
  expect(settingsOf({ [key]: value })).toMatchObject({ said: [`${code} ${key}`], settings: DEFAULT_SETTINGS });
});

test("an unknown key is told what was probably meant", () => {
  expect(settingsOf({ "proxy-bdoy-size": "1m" }).diagnostics[0]?.remedy).toBe(
    "Did you mean proxy-body-size? Correct the key",
  );
});

test("compression is by gzip, and inside of it by brotli", () => {
  const { settings, said } = settingsOf({
    "use-gzip": "true",
    "gzip-level": "5",
    "gzip-types": "application/json text/css",
    "enable-brotli": "true",
    "brotli-min-length": "1000",
  });
  expect(said).toEqual([]);
  const gzip = {
    algorithms: ["gzip"],
    minLength: 256,
    types: ["application/json", "text/css", "text/html"],
    levels: { gzip: 5 },
  };
  expect(settings.defaults.compression).toEqual([
    { use: "compress", options: gzip },
    { use: "compress", options: { algorithms: ["br"], minLength: 1000 } },
  ]);
  expect(settingsOf({ "gzip-level": "5", "brotli-types": "*" }).settings).toEqual(DEFAULT_SETTINGS);
  expect(settingsOf({ "use-gzip": "true", "gzip-level": "10", "gzip-types": "text" }).said).toEqual([
    "SettingInvalid gzip-level",
    "SettingInvalid gzip-types",
  ]);
});

test("what annotations may say", () => {
  const { settings } = settingsOf({
    "annotations-risk-level": "Medium",
    "annotation-value-word-blocklist": "load_module, ,by_lua",
  });
  expect(settings.defaults.guard).toEqual({ risk: "Medium", words: ["load_module", "by_lua"] });
  expect(settingsOf({ "annotations-risk-level": "medium" }).said).toEqual(["SettingInvalid annotations-risk-level"]);
});
