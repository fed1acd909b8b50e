import { type Command, InvalidArgumentError, Option } from "commander";
import type { TranslateOptions } from "../control-plane/translate/options.ts";
import { parseObjectName } from "./flag-values.ts";
import { toggleFlag } from "./toggle-flag.ts";

/** Flags about what of the objects counts; the names are those of ingress-nginx. */
export interface TranslationFlags {
  readonly defaultSslCertificate?: string;
  readonly defaultBackendService?: string;
  readonly annotationsPrefix: string;
  readonly disableCatchAll: boolean;
  readonly disableSvcExternalName: boolean;
}

/** That of ingress-nginx. */
const PREFIX = "nginx.ingress.kubernetes.io";

export function addTranslationFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--default-ssl-certificate <namespace/name>",
        "Secret with the certificate for hosts that have none (default: one of our own)",
      ).argParser(parseObjectName),
    )
    .addOption(
      new Option(
        "--default-backend-service <namespace/name>",
        "Service whose first port serves what no rule matches (default: 404)",
      ).argParser(parseObjectName),
    )
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
): Pick<
  TranslateOptions,
  "defaultCertificate" | "defaultBackend" | "annotationsPrefix" | "withoutCatchAll" | "withoutExternalNames"
> {
  const { defaultSslCertificate: defaultCertificate, defaultBackendService: defaultBackend } = flags;
  return {
    ...(defaultCertificate === undefined ? {} : { defaultCertificate }),
    ...(defaultBackend === undefined ? {} : { defaultBackend }),
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
