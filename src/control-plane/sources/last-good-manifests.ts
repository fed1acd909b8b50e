import type { ManifestFile } from "./read-manifest.ts";
import type { Manifest } from "./parse-manifest.ts";

/** Remembers each file, so that one that is broken in the middle of an edit does not drop the routes it held before. */
export class LastGoodManifests {
  readonly #files = new Map<string, { readonly latest: ManifestFile; readonly good: Manifest | null }>();

  /** The file as it was read last. */
  latest(file: string): ManifestFile | undefined {
    return this.#files.get(file)?.latest;
  }

  /** Takes note of a file and gives what counts of it: itself, or its last good version with the problems of this one. */
  keep(file: string, latest: ManifestFile): Manifest {
    const { manifest } = latest;
    const good = manifest.broken ? (this.#files.get(file)?.good ?? null) : manifest;
    this.#files.set(file, { latest, good });
    if (good === null || good === manifest) return manifest;
    const problems = manifest.diagnostics
      .filter((problem) => problem.object.kind === "File")
      .map((problem) => ({
        ...problem,
        message: `${problem.message}; the last good version of this file stays in use`,
      }));
    return { resources: good.resources, diagnostics: [...problems, ...good.diagnostics], broken: true };
  }

  /** Forgets the files that are gone: when they come back they have no past. */
  retain(files: readonly string[]): void {
    const present = new Set(files);
    for (const file of this.#files.keys()) if (!present.has(file)) this.#files.delete(file);
  }
}
