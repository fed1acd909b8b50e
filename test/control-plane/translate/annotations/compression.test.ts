import { describe, expect, test } from "vitest";
import { KNOWN_NAMES } from "../../../../src/control-plane/translate/annotations/known-names.ts";
import { OWN_NAMES } from "../../../../src/control-plane/translate/annotations/own-annotations.ts";
import { makeMiddleware } from "../../../../src/data-plane/middleware/registry.ts";
import { HeldBytes } from "../../../../src/data-plane/middleware/held-bytes.ts";
import { codes, ingress, nginx, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });

function annotated(own: Record<string, string>, others: Record<string, string> = {}) {
  const named = Object.entries(own).map(([name, value]) => [`ts-ingress.io/${name}`, value]);
  const annotations = { ...(Object.fromEntries(named) as Record<string, string>), ...others };
  const result = translated([ingress("in", undefined, annotations), WEB]);
  const route = result.fragment.virtualHosts[0]?.routes[0];
  return { middleware: route?.middleware, kind: route?.action.kind, codes: codes(result), ...result };
}

describe("compress", () => {
  test.each<[Record<string, string>, Record<string, unknown>]>([
    [{ compress: "zstd, br, gzip" }, { algorithms: ["zstd", "br", "gzip"] }],
    [{ compress: " GZIP ,br,gzip" }, { algorithms: ["gzip", "br"] }],
    [
      { compress: "gzip", "compress-min-length": "0" },
      { algorithms: ["gzip"], minLength: 0 },
    ],
    [
      { compress: "gzip", "compress-types": "text/HTML, text/event-stream  image/svg+xml" },
      { algorithms: ["gzip"], types: ["text/html", "text/event-stream", "image/svg+xml"] },
    ],
    [
      { compress: "gzip", "compress-types": "*" },
      { algorithms: ["gzip"], types: ["*"] },
    ],
  ])("%j", (own, options) => {
    const { middleware, codes } = annotated(own);
    expect(middleware).toEqual([{ use: "compress", options }]);
    expect(codes).toEqual([]);
    for (const settings of middleware ?? [])
      expect(makeMiddleware(settings, { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) })).toBeTypeOf(
        "function",
      );
  });

  test("comes behind the https redirect", () => {
    const { middleware } = annotated({ compress: "gzip" }, nginx({ "force-ssl-redirect": "true" }));
    expect(middleware?.map(({ use }) => use)).toEqual(["https-redirect", "compress"]);
  });

  test.each<Record<string, string>>([
    { compress: "deflate" },
    { compress: "" },
    { compress: "gzip;br" },
    { compress: "gzip,,br" },
    { compress: "true" },
    { compress: "deflate", "compress-min-length": "1" },
  ])("%j is invalid, and the routes are served uncompressed", (own) => {
    expect(annotated(own)).toMatchObject({
      middleware: [],
      kind: "forward",
      codes: ["warning AnnotationInvalid default/in"],
    });
  });

  test.each<Record<string, string>>([
    { "compress-types": "html" },
    { "compress-types": "text/html; charset=utf-8" },
    { "compress-types": "" },
    { "compress-min-length": "1k" },
    { "compress-min-length": "-1" },
    { "compress-min-length": "9".repeat(16) },
  ])("%j is invalid, and the default holds", (own) => {
    const { middleware, codes } = annotated({ compress: "br", ...own });
    expect(middleware).toEqual([{ use: "compress", options: { algorithms: ["br"] } }]);
    expect(codes).toEqual(["warning AnnotationInvalid default/in"]);
  });

  test("alone the others have no effect", () => {
    const { middleware, codes } = annotated({ "compress-types": "text/html", "compress-min-length": "1" });
    expect(middleware).toEqual([]);
    expect(codes).toEqual(Array.from({ length: 2 }, () => "warning AnnotationWithoutEffect default/in"));
  });
});

describe("names", () => {
  test("are nowhere the same as those of ingress-nginx", () => {
    expect(OWN_NAMES.filter((name) => KNOWN_NAMES.includes(name))).toEqual([]);
  });

  test.each([
    [{ "ts-ingress.io/compres": "gzip" }, "Did you mean ts-ingress.io/compress? Correct the name"],
    [{ "ts-ingress.io/compress-type": "*" }, "Did you mean ts-ingress.io/compress-types? Correct the name"],
    [{ "ts-ingress.io/no-such-thing": "" }, "Remove the annotation"],
    [{ "ts-ingress.io/constructor": "" }, "Remove the annotation"],
    [
      { "ts-ingress.io/ssl-redirect": "false" },
      "Did you mean nginx.ingress.kubernetes.io/ssl-redirect? Correct the name",
    ],
    [nginx({ compress: "gzip" }), "Did you mean ts-ingress.io/compress? Correct the name"],
  ])("%j is unknown", (annotations, remedy) => {
    const { diagnostics, kind } = annotated({}, annotations);
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "AnnotationUnknown", remedy }]);
    expect(diagnostics[0]?.message).toContain(Object.keys(annotations)[0]);
    expect(kind).toBe("forward");
  });

  test.each(["whitelist-source-range", "auth-type", "limit-rps", "server-snippet"])(
    "one like a protection (%s) is never passed over",
    (name) => {
      const { kind, codes } = annotated({ [name]: "x" });
      expect([kind, codes]).toEqual(["unavailable", ["error ProtectionUnknown default/in"]]);
    },
  );
});
