import { stat } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { ManifestFolder } from "../control-plane/sources/manifest-folder.ts";
import { loadManifestText } from "../control-plane/sources/manifest-text.ts";
import type { Diagnostic } from "../control-plane/translate/diagnostic.ts";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import { inOrder } from "../control-plane/translate/problems.ts";
import { nothingServed } from "../control-plane/translate/nothing-served.ts";
import { translate } from "../control-plane/translate/translate.ts";
import { seal } from "../snapshot/seal.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";

/** Instead of a folder: manifests come on standard input, from `kubectl get -o yaml`, `helm template` or `kustomize build`. */
const STANDARD_INPUT = "-";

export const MANIFESTS_ARGUMENT = "folder with manifests, read recursively, or one file, or - for standard input";

/** The same as `requireFolder` for commands that read manifests once. */
export async function requireManifests(command: Command, folder: string): Promise<void> {
  if (folder !== STANDARD_INPUT) await requireFolder(command, folder);
}

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
  const loaded =
    folder === STANDARD_INPUT
      ? loadManifestText(await text(process.stdin), "standard input")
      : await new ManifestFolder(folder, { watch: false }).load();
  const { fragment, diagnostics, ours } = translate(loaded.resources, options);
  const nothing = nothingServed(loaded.resources.ingresses, ours.length, nameOf(folder));
  return { snapshot: seal(fragment), diagnostics: inOrder([...loaded.diagnostics, ...diagnostics, ...nothing]) };
}

/** What messages call it. */
export function nameOf(folder: string): string {
  return folder === STANDARD_INPUT ? "standard input" : folder;
}
