import { expect, test } from "vitest";
import { decide, type Known } from "../../../src/control-plane/admission/admission.ts";
import { Surroundings } from "../../../src/control-plane/admission/surroundings.ts";
import { answerReview, readReview } from "../../../src/control-plane/admission/admission-review.ts";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { ingress, ingressClass, nginx, OPTIONS, path, service, slice } from "../../support/resources.ts";
import { configMap } from "../../support/settings.ts";

const OURS = ingressClass("ts-ingress", "ts-ingress.io/controller");
const FIRST = ingress(
  "shop/first",
  { ingressClassName: "ts-ingress", rules: [{ host: "shop.example.com", paths: [path("/", "web:80")] }] },
  {},
  Date.parse("2025-01-01T00:00:00Z"),
);
const KNOWN: Known = {
  resources: resourceSet([
    OURS,
    ingressClass("nginx", "k8s.io/ingress-nginx"),
    service("shop/web"),
    slice("shop/web", ["10.0.0.1"]),
    FIRST,
  ]),
  translate: { ...OPTIONS, serveWithoutClass: false },
};

interface Written {
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly service?: string;
  readonly className?: string | null;
  readonly annotations?: Record<string, string>;
  readonly metadata?: Record<string, unknown>;
}

/** As an API server would send it. */
function object(written: Written = {}): unknown {
  const {
    host = "api.example.com",
    path = "/",
    pathType = "Prefix",
    className = "ts-ingress",
    annotations = {},
  } = written;
  const backend = { service: { name: written.service ?? "web", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "second", namespace: "shop", annotations, ...written.metadata },
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      rules: [{ host, http: { paths: [{ path, pathType, backend }] } }],
    },
  };
}

function review(operation: string, after: unknown, before: unknown = null, kind = "Ingress"): unknown {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "u-1", operation, kind: { kind }, object: after, oldObject: before },
  };
}

function judged(
  written: unknown,
  known: Known | null = KNOWN,
): { allowed: boolean; message: string; warnings: readonly string[] } {
  const asked = readReview(written);
  if (asked === null) throw new Error("that is no review");
  return decide(asked, known, new Surroundings());
}

test("a right Ingress is let through without a word", () => {
  expect(judged(review("CREATE", object()))).toEqual({
    allowed: true,
    message: "",
    warnings: [],
    judged: {
      namespace: "shop",
      name: "second",
      translated: 1,
      translating: expect.any(Number) as number,
      judging: expect.any(Number) as number,
    },
  });
});

test.each([
  ["a path that another has", object({ host: "shop.example.com" }), /^PathConflict: .*shop\/first/],
  [
    "a path that another has, made in the same second",
    object({ host: "shop.example.com", metadata: { creationTimestamp: "2025-01-01T00:00:00Z" } }),
    /^PathConflict: .*shop\/first/,
  ],
  ["a protection that would not work", object({ annotations: nginx({ "auth-url": "https://auth" }) }), /auth-url/],
  ["a path type that does not exist", object({ pathType: "Regex" }), /Regex/],
])("%s is refused in the words of check", (_, written, says) => {
  const { allowed, message } = judged(review("CREATE", written));
  expect(message).toMatch(says);
  expect(allowed).toBe(false);
});

test("what may still come is a warning", () => {
  const { allowed, warnings } = judged(review("CREATE", object({ service: "later" })));
  expect(allowed).toBe(true);
  expect(warnings.join("\n")).toMatch(/^ServiceNotFound: .*later/);
});

test.each([
  ["of another class", review("CREATE", object({ className: "nginx", host: "shop.example.com" }))],
  ["of no class, where that is not ours", review("CREATE", object({ className: null, host: "shop.example.com" }))],
  ["that is deleted", review("DELETE", null, object({ host: "shop.example.com" }))],
  [
    "that is being deleted",
    review(
      "UPDATE",
      object({ host: "shop.example.com", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      object(),
    ),
  ],
  [
    "whose labels alone change",
    review(
      "UPDATE",
      object({ host: "shop.example.com", metadata: { labels: { a: "b" } } }),
      object({ host: "shop.example.com" }),
    ),
  ],
  ["of another kind", review("CREATE", object({ host: "shop.example.com" }), null, "Service")],
])("an Ingress %s is let through, whatever it says", (_, written) => {
  expect(judged(written)).toEqual({ allowed: true, message: "", warnings: [] });
});

test("an Ingress is judged by the settings of the whole gateway", () => {
  const decided = (data: Record<string, string>, annotations: Record<string, string>) => {
    const settings = [configMap("ns/settings", data), configMap("ns/other", { "annotations-risk-level": "Low" })];
    const known: Known = {
      resources: { ...KNOWN.resources, configMaps: settings },
      translate: { ...KNOWN.translate, configMap: "ns/settings" },
    };
    return judged(review("CREATE", object({ annotations })), known);
  };
  const annotations = nginx({ "proxy-body-size": "1m" });
  expect(decided({}, annotations)).toMatchObject({ allowed: true, warnings: [] });
  expect(decided({ "annotations-risk-level": "Low" }, annotations)).toMatchObject({
    allowed: false,
    message: expect.stringContaining("annotations-risk-level allows Low") as string,
  });
  // What it cannot help is no reason to refuse it.
  expect(decided({ "global-auth-url": "https://a.example" }, {})).toMatchObject({
    allowed: true,
    warnings: [expect.stringContaining("global-auth-url") as string],
  });
});

test("an update is judged in the place of what was there", () => {
  const again = object({
    host: "shop.example.com",
    metadata: { name: "first", creationTimestamp: "2026-01-01T00:00:00Z" },
  });
  const before = object({ metadata: { name: "first" } });
  expect(judged(review("UPDATE", again, before)).allowed).toBe(true);
});

test("an Ingress of a namespace that is not looked at is let through, whatever it says", () => {
  const wrong = review("CREATE", object({ host: "shop.example.com" }));
  const looksAt = (namespace: string): boolean => namespace !== "shop";
  expect(judged(wrong, { ...KNOWN, looksAt })).toEqual({ allowed: true, message: "", warnings: [] });
  expect(judged(wrong, { ...KNOWN, looksAt: () => true }).allowed).toBe(false);
});

test("before anything is known nothing is refused, and that is said", () => {
  const { allowed, warnings } = judged(review("CREATE", object({ host: "shop.example.com" })), null);
  expect([allowed, warnings]).toEqual([true, ["ts-ingress has not read the cluster yet: this Ingress was not judged"]]);
});

test.each([
  ["nothing", null],
  ["another version", { ...(review("CREATE", object()) as object), apiVersion: "admission.k8s.io/v1beta1" }],
  ["no request", { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" }],
  ["no uid", { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: {} }],
])("%s is no review", (_, value) => {
  expect(readReview(value)).toBeNull();
});

test("an answer has the uid of what was asked, and warnings as long as an API server shows them", () => {
  const warnings = Array.from({ length: 40 }, () => "x".repeat(300));
  const answer = answerReview("u-1", { allowed: false, message: "no", warnings });
  expect(answer).toEqual({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid: "u-1",
      allowed: false,
      warnings: Array.from({ length: 16 }, () => "x".repeat(256)),
      status: { code: 422, reason: "Invalid", message: "no" },
    },
  });
});

test("of thousands of mistakes the first are told, and how many there are besides", () => {
  const wrong = object() as { spec: { rules: unknown[] } };
  const paths = Array.from({ length: 3_000 }, (_, index) => ({ path: `p${index}`, pathType: "Prefix" }));
  wrong.spec.rules = [{ host: "many.example.com", http: { paths } }];
  const { allowed, message, warnings } = judged(review("CREATE", wrong));
  expect(allowed).toBe(false);
  const lines = message.split("\n");
  expect(lines).toHaveLength(21);
  expect(lines[0]).toMatch(/^PathNotAbsolute: /);
  expect(lines[20]).toBe("and 2980 more");
  expect(warnings.length).toBeLessThanOrEqual(20);
});
