import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";

const ROOT = path.join(import.meta.dirname, "../..");
export const KUSTOMIZE = path.join(ROOT, "deploy/kubernetes");
export const CHART = path.join(ROOT, "deploy/helm/ts-ingress");
/** Folders of kustomize that stand for themselves, the base among them. */
export const BUILDABLE = ["base", ...readdirSync(path.join(KUSTOMIZE, "overlays")).map((name) => `overlays/${name}`)];

// oxlint-disable-next-line typescript/no-explicit-any -- objects of any kind, looked into by tests
export type Manifest = any;

/** All objects of a text of YAML documents. @throws on the first that is no YAML */
export function documents(text: string): Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).flatMap((document) => {
    const wrong = [...document.errors, ...document.warnings][0];
    if (wrong !== undefined) throw wrong;
    const object: unknown = document.toJS();
    return object === null ? [] : [object];
  });
}

/** Files below a folder, relative to it. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(ending))
    .toSorted();
}

export function read(...parts: readonly string[]): string {
  return readFileSync(path.join(...parts), "utf8");
}

/** "Deployment ts-ingress": what an object is called among those of one install. */
export function called({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
