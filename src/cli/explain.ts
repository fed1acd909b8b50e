import { Option, type Command } from "commander";
import { explain } from "../data-plane/route-table/explain.ts";
import { normalPath } from "../snapshot/normal-path.ts";
import { reportJson, routeReport } from "../telemetry/route-report.ts";
import { applyEnvironment } from "./environment.ts";
import { addFolderFlags, OUR_CLASS, translateOptions, type FolderFlags } from "./options.ts";
import { readFolder, requireFolder } from "./read-folder.ts";
import { parseRequestUrl } from "./request-url.ts";
import { showReport } from "./show-report.ts";

interface ExplainFlags extends FolderFlags {
  readonly output: "text" | "json";
}

export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .description(
      "Say which route serves a URL, from which object and line, and where it would be sent. Exit code 1 when none does.",
    )
    .argument("<url>", "what a client would ask, for example https://shop.example.com/cart")
    .argument("<folder>", "folder with manifests, read recursively");
  addFolderFlags(command, [OUR_CLASS])
    .addOption(new Option("-o, --output <form>", "form of the answer").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `
Examples:
  $ ts-ingress explain https://k8s.example.com/ deploy/local --ingress-class nginx
  $ ts-ingress explain shop.example.com/cart manifests -o json`,
    )
    .action(async (url: string, folder: string) => {
      applyEnvironment(command);
      process.exitCode = await answer(command, url, folder, command.opts<ExplainFlags>());
    });
}

async function answer(command: Command, text: string, folder: string, flags: ExplainFlags): Promise<number> {
  const url = parseRequestUrl(text);
  if (url === null) {
    return command.error(
      `error: '${text}' is not an http or https URL. Write for example https://shop.example.com/cart.`,
    );
  }
  if (normalPath(url.path) === null) {
    return command.error(`error: '${url.path}' is a path that is answered 400. Write its percent-encoding correctly.`);
  }
  await requireFolder(command, folder);
  const { snapshot } = await readFolder(folder, translateOptions(flags, [OUR_CLASS]));
  const report = routeReport(snapshot, explain(snapshot, url.host, url.path));
  const lines =
    flags.output === "json" ? [JSON.stringify(reportJson(report), null, 2)] : showReport(report, url.scheme);
  process.stdout.write(`${lines.join("\n")}\n`);
  const served = report.route !== null || (url.scheme === "https" && report.passthrough !== undefined);
  return served ? 0 : 1;
}
