import { type Command, Option } from "commander";
import type { SettingsOptions } from "../control-plane/translate/options.ts";
import { compileFormat, LogFormatError } from "../telemetry/log-format/compile-format.ts";
import { parseObjectName } from "./flag-values.ts";
import type { FrontFlags } from "./front-flags.ts";

/** The flag with ingress-nginx's name for settings that change while the gateway runs. */
export interface SettingsFlags {
  readonly configmap?: string;
}

export function addSettingsFlags(command: Command): Command {
  return command.addOption(
    new Option(
      "--configmap <namespace/name>",
      "ConfigMap with settings of the whole gateway, by the keys of ingress-nginx; followed, and above flags of the same name",
    ).argParser(parseObjectName),
  );
}

/** What the flags mean for the translator. */
export function settingsOptions(flags: SettingsFlags & Partial<Pick<FrontFlags, "proxyRealIpCidr">>): SettingsOptions {
  const { configmap: configMap, proxyRealIpCidr: trustedByFlag } = flags;
  return {
    ...(configMap === undefined ? {} : { configMap }),
    ...(trustedByFlag === undefined ? {} : { trustedByFlag }),
    logFormatProblem,
  };
}

function logFormatProblem(format: string): string | null {
  try {
    compileFormat(format, "default");
    return null;
  } catch (error) {
    if (error instanceof LogFormatError) return error.message;
    throw error;
  }
}
