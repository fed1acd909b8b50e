import { Option, type Command } from "commander";
import { applyEnvironment } from "./environment.ts";
import { addFolderFlags, OUR_CLASS, translateOptions, type FolderFlags } from "./options.ts";
import { paintFor } from "./paint.ts";
import { MANIFESTS_ARGUMENT, nameOf, readFolder, requireManifests } from "./read-folder.ts";
import { diagnosticsJson, showDiagnostics, summarise } from "./show-diagnostics.ts";

interface CheckFlags extends FolderFlags {
  readonly output: "text" | "json";
}

export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .description("Say everything that is wrong with a folder of manifests. Exit code 1 on errors, 0 on warnings.")
    .argument("<folder>", MANIFESTS_ARGUMENT);
  addFolderFlags(command, [OUR_CLASS])
    .addOption(new Option("-o, --output <form>", "form of the list").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `
Examples:
  $ ts-ingress check deploy/local --ingress-class nginx --ingress-class ts-ingress
  $ helm template shop ./chart | ts-ingress check - --ingress-class nginx
  $ ts-ingress check manifests -o json | jq '.diagnostics[] | select(.severity == "error")'`,
    )
    .action(async (folder: string) => {
      applyEnvironment(command);
      process.exitCode = await check(command, folder, command.opts<CheckFlags>());
    });
}

async function check(command: Command, folder: string, flags: CheckFlags): Promise<number> {
  await requireManifests(command, folder);
  const { diagnostics } = await readFolder(folder, translateOptions(flags, [OUR_CLASS]));
  const lines =
    flags.output === "json"
      ? [JSON.stringify(diagnosticsJson(diagnostics), null, 2)]
      : [...showDiagnostics(diagnostics, paintFor(process.stdout)), `${nameOf(folder)}: ${summarise(diagnostics)}`];
  process.stdout.write(`${lines.join("\n")}\n`);
  return diagnostics.some((diagnostic) => diagnostic.severity === "error") ? 1 : 0;
}
