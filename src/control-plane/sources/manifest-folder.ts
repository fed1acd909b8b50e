import { createHash } from "node:crypto";
import type { Diagnostic } from "../translate/diagnostic.ts";
import { resourceSet } from "../resources/resource-set.ts";
import { FolderWatch } from "./folder-watch.ts";
import { LastGoodManifests } from "./last-good-manifests.ts";
import { listManifests } from "./list-manifests.ts";
import { fileProblem } from "./manifest-problem.ts";
import { mergeResources } from "./merge-resources.ts";
import { readManifest } from "./read-manifest.ts";
import type { Loaded, ResourceSource } from "./sources.ts";
import { untilAborted } from "./until-aborted.ts";

/** What one look found; equal revision, equal content. */
interface Look {
  readonly loaded: Loaded;
  readonly revision: string;
  /** The folder was there, now or before: `loaded` is worth keeping when it vanishes. */
  readonly held: boolean;
  /** Something is not there that may come without an event. */
  readonly awaited: boolean;
}

/** A folder of manifests, or a single file. What cannot be read becomes a diagnostic; nothing here throws. */
export class ManifestFolder implements ResourceSource {
  readonly name: string;
  readonly #folder: string;
  readonly #watched: boolean;

  /** @param folder as the person wrote it: messages name files below it. `watch` (default true): yield again after each change. */
  constructor(folder: string, options: { readonly watch?: boolean } = {}) {
    this.name = `folder ${folder}`;
    this.#folder = folder;
    this.#watched = options.watch ?? true;
  }

  /** What is there now. */
  async load(): Promise<Loaded> {
    return (await this.#look(new LastGoodManifests(), () => undefined)).loaded;
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Loaded, void> {
    if (!this.#watched) {
      yield await this.load();
      await untilAborted(signal);
      return;
    }
    const memory = new LastGoodManifests();
    const changes = new FolderWatch();
    try {
      let before: Look | null = null;
      while (!signal.aborted) {
        changes.begin(this.#folder);
        const look: Look = await this.#look(memory, (folder) => changes.enter(folder), before);
        changes.end();
        if (look.awaited) changes.expectLater();
        if (look.revision !== before?.revision) yield look.loaded;
        before = look;
        await changes.changed(signal);
      }
    } finally {
      changes.close();
    }
  }

  async #look(memory: LastGoodManifests, enter: (folder: string) => void, before: Look | null = null): Promise<Look> {
    const listing = await listManifests(this.#folder, enter);
    if (listing.missing && before?.held) return kept(before, listing.diagnostics);
    const revision = createHash("sha256").update(JSON.stringify(listing.diagnostics));
    const diagnostics = [...listing.diagnostics];
    const parts = [];
    const present = [];
    for (const file of listing.files) {
      const read = await readManifest(file, memory.latest(file));
      if (read === null) continue;
      const manifest = memory.keep(file, read);
      present.push(file);
      revision.update(JSON.stringify([file, read.revision]));
      diagnostics.push(...manifest.diagnostics);
      parts.push({ from: file, resources: resourceSet(manifest.resources) });
    }
    memory.retain(present);
    if (present.length === 0 && diagnostics.length === 0) diagnostics.push(this.#noManifests());
    const merged = mergeResources(parts);
    const loaded = { resources: merged.resources, diagnostics: [...diagnostics, ...merged.diagnostics] };
    return { loaded, revision: revision.digest("base64url"), held: !listing.missing, awaited: listing.awaited };
  }

  #noManifests(): Diagnostic {
    const problem = { code: "FolderEmpty", file: this.#folder, kind: "Folder" } as const;
    const message = "holds no manifests: no file below it ends in .yaml, .yml or .json";
    return fileProblem(problem, message, "Name the folder that holds your Ingress, Service and Secret manifests");
  }
}

/** A folder that is gone for a moment (a checkout, a remount) drops nothing. */
function kept(before: Look, problems: readonly Diagnostic[]): Look {
  const said = problems.map((problem) => ({ ...problem, message: `${problem.message}; what it held stays in use` }));
  const { resources } = before.loaded;
  return { loaded: { resources, diagnostics: said }, revision: JSON.stringify(said), held: true, awaited: true };
}
