import { type Command, InvalidArgumentError, Option } from "commander";
import { CONTROLLER_NAME } from "../control-plane/translate/options.ts";
import { parseClassName, repeatable } from "./flag-values.ts";
import { toggleFlag } from "./toggle-flag.ts";

/** Flags about whose Ingresses are served; the names are those of ingress-nginx. */
export interface ClassFlags {
  readonly ingressClass?: readonly string[];
  readonly controllerClass: string;
  readonly ingressClassByName: boolean;
  readonly watchIngressWithoutClass: boolean;
}

/** @param preset class that is served without a flag */
export function addClassFlags(command: Command, preset: string): Command {
  return command
    .addOption(
      new Option(
        "--ingress-class <name>",
        `class of Ingresses to serve, by field or annotation, repeatable (default: ${preset})`,
      ).argParser(repeatable(parseClassName)),
    )
    .addOption(
      new Option("--controller-class <name>", "spec.controller of the IngressClasses that are ours as well")
        .argParser(parseController)
        .default(CONTROLLER_NAME),
    )
    .addOption(
      toggleFlag(
        "ingress-class-by-name",
        "taken for ingress-nginx's sake: --ingress-class is a name in any case",
        false,
      ),
    )
    .addOption(toggleFlag("watch-ingress-without-class", "serve Ingresses that name no class too", false));
}

function parseController(text: string): string {
  if (/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?\/[A-Za-z0-9/._~-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of a controller, for example "k8s.io/ingress-nginx".');
}
