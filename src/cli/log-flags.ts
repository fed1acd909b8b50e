import { type Command, InvalidArgumentError, Option } from "commander";
import type { LogFormat } from "../log.ts";
import { ACCESS_LOG_NAMES, type AccessLogName, type AccessLogSettings } from "../telemetry/access-line.ts";
import { compileFormat, LogFormatError } from "../telemetry/log-format/compile-format.ts";
import { parseSwitch } from "./flag-values.ts";

/** Flags about what is written for each request; two have the names of ingress-nginx's ConfigMap. */
export interface LogFlags {
  readonly logFormat: AccessLogName;
  readonly logFormatUpstream?: string;
  readonly logFormatEscapeJson: boolean;
}

/** @param preset format without a flag */
export function addLogFlags(command: Command, preset: AccessLogName): Command {
  return command
    .addOption(
      new Option(
        "--log-format <format>",
        "one line a request: for eyes, as JSON, as ingress-nginx writes it, or in the common log format; with json, messages are JSON too",
      )
        .choices(ACCESS_LOG_NAMES)
        .default(preset),
    )
    .addOption(
      new Option(
        "--log-format-upstream <format>",
        "write requests so instead, in nginx's syntax: '$remote_addr \"$request\" $status'",
      ).argParser(parseFormat),
    )
    .addOption(
      new Option(
        "--log-format-escape-json [boolean]",
        "with --log-format-upstream: escape values for JSON texts; what is not there is empty instead of -",
      )
        .argParser(parseSwitch)
        .preset(true)
        .default(false),
    );
}

/** What the flags mean for the access log. */
export function accessLogSettings(flags: LogFlags, colours: boolean): AccessLogSettings {
  const { logFormat: format, logFormatUpstream, logFormatEscapeJson } = flags;
  if (logFormatUpstream === undefined) return { format, colours };
  const escape = logFormatEscapeJson ? "json" : "default";
  return { format, colours, custom: { format: logFormatUpstream, escape } };
}

/** How messages are written beside it. */
export function messageFormat({ logFormat }: LogFlags): LogFormat {
  return logFormat === "json" ? "json" : "pretty";
}

function parseFormat(text: string): string {
  try {
    compileFormat(text, "default");
    return text;
  } catch (error) {
    if (error instanceof LogFormatError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
