import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { ManifestFolder } from "../control-plane/sources/manifest-folder.ts";
import type { Diagnostic } from "../control-plane/translate/diagnostic.ts";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import { inOrder } from "../control-plane/translate/problems.ts";
import { translate } from "../control-plane/translate/translate.ts";
import { seal } from "../snapshot/seal.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";

/** Ends the command as wrongly used when there is nothing of this name. A single file is as good as a folder. */
export async function requireFolder(command: Command, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null) command.error(`error: there is no folder '${folder}'. Give the folder your manifests are in.`);
}

/** A folder as it would be served, and everything there is to say about it. */
export async function readFolder(
  folder: string,
  options: TranslateOptions,
): Promise<{ snapshot: RoutingSnapshot; diagnostics: readonly Diagnostic[] }> {
  const loaded = await new ManifestFolder(folder, { watch: false }).load();
  const { fragment, diagnostics } = translate(loaded.resources, options);
  return { snapshot: seal(fragment), diagnostics: inOrder([...loaded.diagnostics, ...diagnostics]) };
}
