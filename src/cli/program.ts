import { Command } from "commander";
import { addCheck } from "./check.ts";
import { addController } from "./controller.ts";
import { addDemo } from "./demo.ts";
import { addDev } from "./dev.ts";
import { addExplain } from "./explain.ts";
import { packageVersion } from "./package-root.ts";
import { addTranslate } from "./translate.ts";

/** Exit codes: 0, 1 on errors, 2 on wrong usage. */
export const WRONG_USAGE = 2;

/** The whole command line. It throws commander's own error instead of ending the process. */
export function buildProgram(): Command {
  const program = new Command("ts-ingress")
    .description("A programmable Kubernetes ingress gateway.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "Print the help of a command.")
    .showSuggestionAfterError()
    .showHelpAfterError("Run 'ts-ingress --help' for what there is.")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  $ ts-ingress demo                             a first look
  $ ts-ingress dev manifests                    serve your own manifests on this machine
  $ ts-ingress check manifests                  what is wrong with them
  $ ts-ingress controller                       serve the Ingresses of a Kubernetes cluster
  $ ts-ingress explain shop.example.com/ manifests   where a request would go, and why

Exit codes: 0, 1 on errors, 2 on wrong usage. Documentation: README.md of the package.`,
    );
  addDev(program);
  addDemo(program);
  addController(program);
  addCheck(program);
  addTranslate(program);
  addExplain(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`Run 'ts-ingress ${command.name()} --help' for its options and examples.`);
  }
  return program;
}

/** What ingress-nginx's program is called in the arguments of its container. */
const INGRESS_NGINX = /^\/?nginx-ingress-controller$/;

/**
 * What the user says, where `controller` can be given the arguments of ingress-nginx as they are: the name of its program means that command, and
 * a flag with nothing behind its "=" is one that was not given.
 * @param argv as `process.argv`
 */
export function programArguments(argv: readonly string[]): string[] {
  const [first, ...rest] = argv.slice(2);
  if (first === undefined) return [];
  if (first !== "controller" && !INGRESS_NGINX.test(first)) return [first, ...rest];
  return ["controller", ...rest.filter((text) => !/^--[a-z-]+=$/.test(text))];
}
