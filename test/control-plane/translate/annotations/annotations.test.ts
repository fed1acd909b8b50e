import { describe, expect, test } from "vitest";
import { BUILT } from "../../../../src/control-plane/translate/annotations/annotations.ts";
import { parseBoolean } from "../../../../src/control-plane/translate/annotations/annotation.ts";
import { KNOWN_NAMES } from "../../../../src/control-plane/translate/annotations/known-names.ts";
import { nearestName } from "../../../../src/control-plane/nearest-name.ts";
import { codes, ingress, nginx, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });

function annotated(annotations: Record<string, string>, className?: string) {
  const rules = [
    {
      host: "a.example.com",
      paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
    },
  ];
  const spec = { rules, ...(className === undefined ? {} : { ingressClassName: className }) };
  const result = translated([ingress("in", spec, nginx(annotations)), WEB], { ingressClasses: ["nginx", "ours"] });
  const route = result.fragment.virtualHosts[0]?.routes[0];
  return {
    route,
    action: route?.action,
    codes: codes(result),
    diagnostics: result.diagnostics,
    fragment: result.fragment,
  };
}

const SERVED = { kind: "forward", upstream: "default/web:80" };

test("all 138 names of ingress-nginx are known, and every built one is among them", () => {
  expect(new Set(KNOWN_NAMES).size).toBe(138);
  expect(BUILT.map(({ name }) => name).filter((name) => !KNOWN_NAMES.includes(name))).toEqual([]);
});

test.each(["1", "t", "T", "TRUE", "true", "True"])("%s is true in Go", (text) => expect(parseBoolean(text)).toBe(true));
test.each(["0", "f", "F", "FALSE", "false", "False"])("%s is false in Go", (text) =>
  expect(parseBoolean(text)).toBe(false),
);
test.each(["yes", "on", "tRUE", "", " true"])("%j is no boolean in Go", (text) =>
  expect(parseBoolean(text)).toBeNull(),
);

describe("backend-protocol", () => {
  test.each(["HTTPS", "https", "Https"])("%s speaks TLS, unverified", (value) => {
    const { codes, fragment } = annotated({ "backend-protocol": value });
    expect(fragment.upstreams).toMatchObject([{ name: "default/web:80 https", protocol: "https" }]);
    expect(codes).toEqual(["info UpstreamNotVerified default/in"]);
  });
  test("HTTP is the default", () => {
    expect(annotated({ "backend-protocol": "http" })).toMatchObject({ action: SERVED, codes: [] });
  });
  test.each(["FCGI", "fcgi"])("%s answers 503 until it is built", (value) => {
    const { action, codes, fragment } = annotated({ "backend-protocol": value });
    expect(action).toMatchObject({ kind: "unavailable" });
    expect(codes).toEqual(["error AnnotationNotBuilt default/in"]);
    expect(fragment.upstreams).toEqual([]);
  });
  test("nonsense is HTTP, with a warning", () => {
    expect(annotated({ "backend-protocol": "HTTP2" })).toMatchObject({
      action: SERVED,
      codes: ["warning AnnotationInvalid default/in"],
    });
  });
});

describe("proxy-body-size", () => {
  test.each<[string | undefined, string | undefined, number | undefined]>([
    ["8m", undefined, 8 * 1024 ** 2],
    ["8M", undefined, 8 * 1024 ** 2],
    ["100", undefined, 100],
    ["100b", undefined, 100],
    ["2k", undefined, 2048],
    ["1g", undefined, 1024 ** 3],
    ["0", undefined, undefined],
    ["0", "nginx", undefined],
    ["2k", "nginx", 2048],
    [undefined, "nginx", 1024 ** 2],
    [undefined, "ours", undefined],
    [undefined, undefined, undefined],
  ])("%s in class %s is %s bytes", (value, className, bytes) => {
    const { route, codes } = annotated(value === undefined ? {} : { "proxy-body-size": value }, className);
    expect(route?.requestBodyLimit).toBe(bytes);
    expect(codes).toEqual([]);
  });
  test.each(["8 m", "8mb", "-1", "1.5m", "", "many", "99999999999g"])(
    "%j is invalid, and the default holds",
    (value) => {
      const { route, codes } = annotated({ "proxy-body-size": value }, "nginx");
      expect(route?.requestBodyLimit).toBe(1024 ** 2);
      expect(codes).toEqual(["warning AnnotationInvalid default/in"]);
    },
  );
});

describe("time-outs", () => {
  test("are in seconds there and milliseconds here, only those that are set", () => {
    const all = { "proxy-connect-timeout": "5", "proxy-send-timeout": "60", "proxy-read-timeout": "3600" };
    expect(annotated(all).action).toEqual({ ...SERVED, timeouts: { connect: 5000, send: 60_000, read: 3_600_000 } });
    expect(annotated({ "proxy-read-timeout": "300" }).action).toEqual({ ...SERVED, timeouts: { read: 300_000 } });
  });
  test("end where timers end", () => {
    expect(annotated({ "proxy-read-timeout": "99999999999" }).action).toMatchObject({
      timeouts: { read: 2_147_483_000 },
    });
  });
  test.each(["60s", "0", "-1", "1.5", ""])("%j is invalid", (value) => {
    expect(annotated({ "proxy-read-timeout": value })).toMatchObject({
      action: SERVED,
      codes: ["warning AnnotationInvalid default/in"],
    });
  });
});

describe("fail closed", () => {
  test.each([
    ["auth-type", "basic", "ProtectionNotBuilt"],
    ["auth-url", "https://auth.example.com", "ProtectionNotBuilt"],
    ["auth-url", "", "ProtectionNotBuilt"],
    ["auth-tls-secret", "ca", "ProtectionInvalid"],
    ["auth-tls-verify-client", "on", "ProtectionInvalid"],
    ["auth-tls-verify-client", "optional", "ProtectionInvalid"],
    ["auth-tls-match-cn", "CN=anna", "ProtectionInvalid"],
    ["whitelist-source-range", "10.0.0.0/8", "ProtectionNotBuilt"],
    ["allowlist-source-range", "nonsense", "ProtectionNotBuilt"],
    ["whitelist-source-range", "0.0.0.0/0", "ProtectionNotBuilt"],
    ["whitelist-source-range", "0.0.0.0/0,::/0,nonsense", "ProtectionNotBuilt"],
    ["denylist-source-range", "10.0.0.0/8", "ProtectionNotBuilt"],
    ["limit-rps", "5", "ProtectionNotBuilt"],
    ["limit-connections", "5", "ProtectionNotBuilt"],
    ["limit-rpm", "ten", "ProtectionNotBuilt"],
    ["enable-modsecurity", "true", "ProtectionNotBuilt"],
    ["enable-modsecurity", "yes", "ProtectionNotBuilt"],
    ["enable-owasp-core-rules", "true", "ProtectionNotBuilt"],
    ["modsecurity-transaction-id", "$request_id", "ProtectionNotBuilt"],
    // Names that do not exist, but would protect.
    ["auth-tls-verify", "on", "ProtectionUnknown"],
    ["auth-tpye", "basic", "ProtectionUnknown"],
    ["limit-rsp", "5", "ProtectionUnknown"],
    ["whitelist-source-ranges", "10.0.0.0/8", "ProtectionUnknown"],
    ["configuration-snippet", "deny all;", "SnippetNotSupported"],
    ["server-snippet", "deny all;", "SnippetNotSupported"],
    ["auth-snippet", "deny all;", "SnippetNotSupported"],
    ["modsecurity-snippet", "SecRuleEngine On", "SnippetNotSupported"],
    ["rewrite-target", "/$2", "AnnotationNotBuilt"],
    ["ssl-passthrough", "on", "ProtectionInvalid"],
    ["permanent-redirect", "https://example.com", "AnnotationNotBuilt"],
    ["temporal-redirect", "https://example.com", "AnnotationNotBuilt"],
  ])("%s: %s answers 503", (name, value, code) => {
    const { route, codes, diagnostics, fragment } = annotated({ [name]: value, "force-ssl-redirect": "true" });
    expect(route).toMatchObject({
      action: { kind: "unavailable", why: expect.stringContaining(name) },
      middleware: [],
    });
    expect(codes).toEqual([`error ${code} default/in`]);
    expect(diagnostics[0]).toMatchObject({
      scope: "object",
      message: expect.stringContaining(`nginx.ingress.kubernetes.io/${name}`),
    });
    expect(fragment.upstreams).toEqual([]);
  });

  test.each([
    { canary: "false" },
    { canary: "False" },
    { "use-regex": "false" },
    { "ssl-passthrough": "0" },
    { "enable-modsecurity": "false" },
    { "enable-modsecurity": "false", "modsecurity-transaction-id": "$request_id" },
    { "enable-owasp-core-rules": "f" },
    { "auth-tls-verify-client": "off" },
    { "auth-tls-verify-client": "off", "auth-tls-secret": "default/ca", "auth-tls-verify-depth": "1" },
    { "auth-tls-pass-certificate-to-upstream": "false" },
    { "auth-always-set-cookie": "false" },
    { satisfy: "all" },
    { satisfy: "any" },
    { "whitelist-source-range": "0.0.0.0/0,::/0" },
    { "allowlist-source-range": "::/0, 10.0.0.0/8, 0.0.0.0/0" },
    { "limit-rps": "0" },
    { "rewrite-target": "/" },
    { "from-to-www-redirect": "false" },
  ])("%j is harmless, and nothing is said", (annotations) => {
    expect(annotated(annotations)).toMatchObject({ action: SERVED, codes: [] });
  });

  test.each([
    [{ "app-root": "/start" }, "AnnotationNotBuilt"],
    [{ "from-to-www-redirect": "true" }, "AnnotationNotBuilt"],
    [{ "enable-cors": "true" }, "AnnotationNotBuilt"],
    [{ "permanent-redirect-code": "308" }, "AnnotationNotBuilt"],
    [{ "canary-weight": "20" }, "AnnotationWithoutEffect"],
    [{ canary: "false", "canary-weight": "20" }, "AnnotationWithoutEffect"],
    [{ "proxy-body-sise": "1m" }, "AnnotationUnknown"],
    [{ "no-such-thing": "1" }, "AnnotationUnknown"],
    [{ "secure-backends": "true" }, "AnnotationUnknown"],
    [{ "ssl-redirect": "yes" }, "AnnotationInvalid"],
  ])("%j is served, with a warning", (annotations, code) => {
    expect(annotated(annotations)).toMatchObject({ action: SERVED, codes: [`warning ${code} default/in`] });
  });

  test.each(["true", "yes"])("a canary (%s) takes no path of the Ingress it accompanies", (canary) => {
    const tls = [{ hosts: ["shop.example.com"] }];
    const rules = ingress("z").spec.rules;
    const objects = [ingress("a"), ingress("z", { rules, tls }, nginx({ canary, "canary-weight": "20" })), WEB];
    const result = translated(objects);
    const routes = result.fragment.virtualHosts.flatMap((one) => one.routes);
    expect(routes).toMatchObject([{ name: "default/a rules[0].paths[0]", action: SERVED, middleware: [] }]);
    expect(codes(result)).toEqual(["error CanaryNotBuilt default/z"]);
  });

  test("the other prefixes are nobody's business", () => {
    const result = translated([ingress("in", undefined, { "example.com/auth-url": "x" }), WEB]);
    expect(result.diagnostics).toEqual([]);
  });
});

test.each([
  ["proxy-body-sise", "proxy-body-size"],
  ["whitelist-source-ranges", "whitelist-source-range"],
  ["rewritetarget", "rewrite-target"],
  ["no-such-thing", null],
  ["abc", null],
])("the name nearest to %s is %s", (name, nearest) => {
  expect(nearestName(name, KNOWN_NAMES)).toBe(nearest);
});
