import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { outcomeOf } from "../support/outcome.ts";

/** The folder of go.mod. */
export const MODULE = path.join(import.meta.dirname, "render");

/** The renderer, named after what it is built of: below `$XDG_CACHE_HOME`, or `~/.cache`. It need not be there. */
export function rendererFile(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  const cache = base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["go.mod", "go.sum", "main.go"]) hash.update(readFileSync(path.join(MODULE, file)));
  return path.join(cache, "ts-ingress", `deploy-renderer-${hash.digest("hex").slice(0, 16)}`);
}

/** Why nothing is rendered here; null where the renderer is there. */
export const NO_RENDERER = existsSync(rendererFile())
  ? null
  : "there is no renderer for kustomize and Helm; `npm run deploy:renderer` builds it, where there is Go";

export type Request =
  { readonly kustomize: string } | { readonly chart: string; readonly values?: Readonly<Record<string, unknown>> };

export interface Answer {
  /** YAML documents. */
  readonly text: string;
  readonly error?: string;
}

/** What users of kustomize and Helm would get, each in its place. @throws when the renderer itself fails */
export async function render(requests: readonly Request[]): Promise<Answer[]> {
  const child = spawn(rendererFile(), { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(JSON.stringify(requests));
  const { code, stdout, stderr } = await outcomeOf(child);
  if (code === 0) return JSON.parse(stdout) as Answer[];
  throw new Error(`the renderer ended with ${code}: ${stderr}`);
}
