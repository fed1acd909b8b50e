import { Option, type Command } from "commander";
import { explain } from "../data-plane/route-table/explain.ts";
import { normalPath } from "../snapshot/normal-path.ts";
import { reportJson, routeReport } from "../telemetry/route-report.ts";
import { applyEnvironment } from "./environment.ts";
import { addFolderFlags, OUR_CLASS, translateOptions, type FolderFlags } from "./options.ts";
import { paintFor } from "./paint.ts";
import { MANIFESTS_ARGUMENT, readFolder, requireManifests } from "./read-folder.ts";
import { parseRequestUrl } from "./request-url.ts";
import { showDiagnostics } from "./show-diagnostics.ts";
import { showReport } from "./show-report.ts";

interface ExplainFlags extends FolderFlags {
  readonly output: "text" | "json";
}

export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .description(
      "Say which route serves a URL, from which object and line, and where it would be sent. Exit code 1 when none does, or when it answers 503 until something is corrected.",
    )
    .argument("<url>", "what a client would ask, for example https://shop.example.com/cart")
    .argument("<folder>", MANIFESTS_ARGUMENT);
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
  await requireManifests(command, folder);
  const { snapshot, diagnostics } = await readFolder(folder, translateOptions(flags, [OUR_CLASS]));
  const nothing = diagnostics.filter(({ code }) => code === "NothingServed");
  for (const line of showDiagnostics(nothing, paintFor(process.stderr))) process.stderr.write(`${line}\n`);
  const explanation = explain(snapshot, url.host, url.path);
  const report = routeReport(snapshot, explanation);
  const lines =
    flags.output === "json" ? [JSON.stringify(reportJson(report), null, 2)] : showReport(report, url.scheme);
  process.stdout.write(`${lines.join("\n")}\n`);
  if (url.scheme === "https" && report.passthrough !== undefined) return report.passthrough.problem === null ? 0 : 1;
  return explanation.route === null || explanation.route.action.kind === "unavailable" ? 1 : 0;
}
