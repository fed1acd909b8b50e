import { expect, test } from "vitest";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { mergeResources } from "../../../src/control-plane/sources/merge-resources.ts";
import { parseManifest } from "../../../src/control-plane/sources/parse-manifest.ts";
import { service as madeInCode } from "../../support/resources.ts";
import { service } from "./temp-folder.ts";

function part(file: string, text: string) {
  return { from: file, resources: resourceSet(parseManifest(text, file).resources) };
}

test("the first of a name counts, and each later one is a conflict that names both", () => {
  const merged = mergeResources([
    part("a.yaml", service("web", 80)),
    part("b.yaml", `${service("other")}---\n${service("web", 81)}`),
    part("c.yaml", service("web", 82).replace("web }", "web, namespace: shop }")),
  ]);
  const kept = merged.resources.services.map(({ metadata, spec }) => [
    metadata.namespace,
    metadata.name,
    spec.ports[0]?.port,
  ]);
  expect(kept).toEqual([
    ["default", "web", 80],
    ["default", "other", 80],
    ["shop", "web", 82],
  ]);
  expect(merged.diagnostics).toEqual([
    {
      severity: "error",
      code: "ObjectDuplicate",
      scope: "conflict",
      object: { kind: "Service", namespace: "default", name: "web", file: "b.yaml", line: 10 },
      message: "Service default/web in b.yaml:10 is also in a.yaml:3, which counts",
      remedy: "Remove or rename one of the two",
    },
  ]);
});

test("objects of the same name but of another kind do not clash", () => {
  const endpoints = "apiVersion: v1\nkind: Endpoints\nmetadata: { name: web }\n";
  expect(mergeResources([part("a.yaml", service("web")), part("b.yaml", endpoints)]).diagnostics).toEqual([]);
});

test("an object made in code is named by its source", () => {
  const code = { from: "the code", resources: resourceSet([madeInCode("web")]) };
  const other = { from: "other code", resources: resourceSet([madeInCode("web")]) };
  const [problem] = mergeResources([code, other]).diagnostics;
  expect(problem?.message).toBe("Service default/web in other code is also in the code, which counts");
  expect(problem?.object).toStrictEqual({ kind: "Service", namespace: "default", name: "web" });
});
