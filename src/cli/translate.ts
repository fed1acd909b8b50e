import { Option, type Command } from "commander";
import { stringify } from "yaml";
import { printable } from "../snapshot/printable.ts";
import { applyEnvironment } from "./environment.ts";
import { addFolderFlags, OUR_CLASS, translateOptions, type FolderFlags } from "./options.ts";
import { paintFor } from "./paint.ts";
import { MANIFESTS_ARGUMENT, readFolder, requireManifests } from "./read-folder.ts";
import { showDiagnostics } from "./show-diagnostics.ts";

interface TranslateFlags extends FolderFlags {
  readonly output: "yaml" | "json";
}

export function addTranslate(program: Command): void {
  const command = program
    .command("translate")
    .description("Print the snapshot a folder becomes, private keys redacted; problems go to stderr.")
    .argument("<folder>", MANIFESTS_ARGUMENT);
  addFolderFlags(command, [OUR_CLASS])
    .addOption(new Option("-o, --output <form>", "form of the snapshot").choices(["yaml", "json"]).default("yaml"))
    .addHelpText(
      "after",
      `
Examples:
  $ ts-ingress translate manifests
  $ ts-ingress translate manifests -o json | jq '.virtualHosts[].host'`,
    )
    .action(async (folder: string) => {
      applyEnvironment(command);
      process.exitCode = await print(command, folder, command.opts<TranslateFlags>());
    });
}

async function print(command: Command, folder: string, flags: TranslateFlags): Promise<number> {
  await requireManifests(command, folder);
  const { snapshot, diagnostics } = await readFolder(folder, translateOptions(flags, [OUR_CLASS]));
  const shown = printable(snapshot);
  process.stdout.write(flags.output === "json" ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown));
  for (const line of showDiagnostics(diagnostics, paintFor(process.stderr))) process.stderr.write(`${line}\n`);
  return diagnostics.some((diagnostic) => diagnostic.severity === "error") ? 1 : 0;
}
