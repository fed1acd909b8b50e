import { type Command, InvalidArgumentError, Option } from "commander";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import { toggleFlag } from "./toggle-flag.ts";

/** Flags about what of the objects counts; the names are those of ingress-nginx. */
export interface TranslationFlags {
  readonly annotationsPrefix: string;
  readonly disableCatchAll: boolean;
  readonly disableSvcExternalName: boolean;
}

/** That of ingress-nginx. */
const PREFIX = "nginx.ingress.kubernetes.io";

export function addTranslationFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--annotations-prefix <prefix>", "what the names of ingress-nginx's annotations begin with")
        .argParser(parsePrefix)
        .default(PREFIX),
    )
    .addOption(toggleFlag("disable-catch-all", "do not serve Ingresses that are a defaultBackend without rules", false))
    .addOption(toggleFlag("disable-svc-external-name", "do not serve Services of type ExternalName: 503", false));
}

/** What the flags mean for the translator; what is as always is left out. */
export function translationOptions(
  flags: TranslationFlags,
): Pick<TranslateOptions, "annotationsPrefix" | "withoutCatchAll" | "withoutExternalNames"> {
  return {
    ...(flags.annotationsPrefix === PREFIX ? {} : { annotationsPrefix: flags.annotationsPrefix }),
    ...(flags.disableCatchAll ? { withoutCatchAll: true } : {}),
    ...(flags.disableSvcExternalName ? { withoutExternalNames: true } : {}),
  };
}

/** A DNS name, as the API server demands of prefixes; one slash at its end is forgiven. */
function parsePrefix(text: string): string {
  const prefix = text.replace(/\/$/, "");
  const isName = prefix.length <= 253 && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(prefix);
  if (isName && prefix !== "ts-ingress.io") return prefix;
  throw new InvalidArgumentError('Give a DNS name without what follows the slash, for example "ingress.example.com".');
}
