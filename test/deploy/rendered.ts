import { spawnSync } from "node:child_process";
import path from "node:path";
import { documents, KUSTOMIZE, type Manifest } from "./documents.ts";
import { NO_RENDERER, render } from "./renderer.ts";

/** Without the renderer kubectl does, which takes longer. */
const kubectl = NO_RENDERER === null || spawnSync("kubectl", ["kustomize", "--help"]).status === 0;

/** Why no folder of kustomize is built here; null where it is. */
export const NO_KUSTOMIZE = kubectl ? null : `there is no kubectl either: ${NO_RENDERER}`;

/** The objects of folders below deploy/kubernetes, or absolute ones, as kustomize makes them. */
export async function kustomized(folders: readonly string[]): Promise<Map<string, Manifest[]>> {
  const places = folders.map((folder) => path.resolve(KUSTOMIZE, folder));
  const texts =
    NO_RENDERER === null
      ? (await render(places.map((kustomize) => ({ kustomize })))).map(textOf)
      : places.map(byKubectl);
  return new Map(folders.map((folder, index) => [folder, documents(texts[index] ?? "")]));
}

/** @throws what is wrong */
export function textOf({ text, error }: { readonly text: string; readonly error?: string }): string {
  if (error !== undefined) throw new Error(error);
  return text;
}

function byKubectl(folder: string): string {
  const built = spawnSync("kubectl", ["kustomize", folder], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  return built.stdout;
}
