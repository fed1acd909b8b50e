import { describe, expect, test } from "vitest";
import type { TranslateOptions } from "../../../src/control-plane/translate/options.ts";
import { CONTROLLER_NAME } from "../../../src/control-plane/translate/options.ts";
import { codes, ingress, ingressClass, path, service, translated } from "../../support/resources.ts";

const OURS = ingressClass("ours", CONTROLLER_NAME);
const OTHER = ingressClass("other", "k8s.io/ingress-nginx");
const OUR_DEFAULT = ingressClass("ours", CONTROLLER_NAME, true);
const SECOND_DEFAULT = ingressClass("second", CONTROLLER_NAME, true);
const OTHER_DEFAULT = ingressClass("other", "k8s.io/ingress-nginx", true);

function serve(
  classes: readonly ReturnType<typeof ingressClass>[],
  field: string | undefined,
  annotation: string | undefined,
  options: Partial<TranslateOptions> = {},
) {
  const spec = {
    rules: [{ paths: [path("/", "web:80")] }],
    ...(field === undefined ? {} : { ingressClassName: field }),
  };
  const annotations: Record<string, string> =
    annotation === undefined ? {} : { "kubernetes.io/ingress.class": annotation };
  const objects = [
    ...classes,
    ingress("web", spec, annotations),
    service("web", { type: "ExternalName", externalName: "x.org" }),
  ];
  const result = translated(objects, { serveWithoutClass: false, ...options });
  return {
    served: result.fragment.virtualHosts.length > 0,
    codes: codes(result),
    remedy: result.diagnostics[0]?.remedy,
  };
}

describe("whose an Ingress is", () => {
  test.each([
    ["a class with our controller", [OURS], "ours", undefined, {}, true],
    ["a class with our controller, by annotation", [OURS], undefined, "ours", {}, true],
    ["a class of another controller", [OTHER], "other", undefined, {}, false],
    ["a class that does not exist", [], "ours", undefined, {}, false],
    ["a class of the flag, without object, by field", [], "nginx", undefined, { ingressClasses: ["nginx"] }, true],
    ["a class of the flag, by annotation", [], undefined, "nginx", { ingressClasses: ["nginx"] }, true],
    [
      "a class of the flag that has another controller",
      [OTHER],
      "other",
      undefined,
      { ingressClasses: ["other"] },
      true,
    ],
    ["a class of the flag in other case", [], "Nginx", undefined, { ingressClasses: ["nginx"] }, false],
    ["no class", [OURS], undefined, undefined, {}, false],
    ["no class, when those are served", [OURS], undefined, undefined, { serveWithoutClass: true }, true],
    ["another class, when those without are served", [OTHER], "other", undefined, { serveWithoutClass: true }, false],
    ["no class, and ours is the default", [OUR_DEFAULT], undefined, undefined, {}, true],
    ["no class, and the default is of another controller", [OURS, OTHER_DEFAULT], undefined, undefined, {}, false],
    [
      "no class, and the default is of the flag",
      [OTHER_DEFAULT],
      undefined,
      undefined,
      { ingressClasses: ["other"] },
      true,
    ],
    ["field ours, annotation not", [OURS], "ours", "nginx", {}, true],
    ["field not ours, annotation ours", [OURS, OTHER], "other", "ours", {}, false],
    ["an empty field", [OUR_DEFAULT], "", undefined, {}, true],
    ["an empty annotation", [OUR_DEFAULT], undefined, "", {}, true],
  ] as const)("%s", (_, classes, field, annotation, options, served) => {
    expect(serve(classes, field, annotation, options).served).toBe(served);
  });

  test("says which flag would serve another class", () => {
    const result = serve([], undefined, "nginx");
    expect(result.codes).toEqual(["info IngressOfOtherClass default/web"]);
    expect(result.remedy).toContain("--ingress-class nginx");
  });

  test("warns when field and annotation disagree, and not when they agree", () => {
    expect(serve([OURS], "ours", "nginx").codes).toEqual(["warning IngressClassContradicts default/web"]);
    expect(serve([OURS], "ours", "ours").codes).toEqual([]);
  });

  test("warns about several default classes", () => {
    const result = serve([SECOND_DEFAULT, OUR_DEFAULT], undefined, undefined);
    expect(result).toMatchObject({ served: true, codes: ["warning SeveralDefaultClasses default/web"] });
  });

  test("says how to serve an Ingress without class", () => {
    const result = serve([OURS], undefined, undefined);
    expect(result).toMatchObject({
      codes: ["info IngressWithoutClass default/web"],
      remedy: expect.stringContaining("ours"),
    });
  });
});
