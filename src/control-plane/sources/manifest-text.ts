import { resourceSet } from "../resources/resource-set.ts";
import { fileProblem } from "./manifest-problem.ts";
import { mergeResources } from "./merge-resources.ts";
import { parseManifest } from "./parse-manifest.ts";
import type { Loaded } from "./sources.ts";

/** Manifests that are no file: what another program prints. @param name what messages call it */
export function loadManifestText(text: string, name: string): Loaded {
  const { resources, diagnostics } = parseManifest(text, name);
  const merged = mergeResources([{ from: name, resources: resourceSet(resources) }]);
  if (resources.length > 0 || diagnostics.length > 0) {
    return { resources: merged.resources, diagnostics: [...diagnostics, ...merged.diagnostics] };
  }
  const remedy = "See that the program before the | prints Ingresses, Services and Secrets";
  const nothing = fileProblem({ code: "FolderEmpty", file: name }, "holds no manifests", remedy);
  return { resources: merged.resources, diagnostics: [nothing] };
}
