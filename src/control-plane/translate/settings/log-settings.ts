import { compilePattern } from "../../../linear-pattern.ts";
import type { AccessLogSetting } from "../../../snapshot/serving-setting.ts";
import { toggle } from "../annotations/annotation.ts";
import type { SettingsOptions } from "../options.ts";
import type { Setting } from "./setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

export const logFormatUpstream: Setting<string | null> = {
  name: "log-format-upstream",
  fallback: null,
  docs: "How the access log is written, in nginx's syntax: see [access-log.md](access-log.md). A variable that does not exist leaves the format that the flags say.",
  expected: "a format in nginx's syntax",
  parse: (text) => (text === "" ? null : text),
};

export const logFormatEscapeJson: Setting<boolean | null> = {
  ...toggle(
    "log-format-escape-json",
    false,
    "With `log-format-upstream`: values are escaped for JSON texts; what is not there is empty instead of `-`.",
  ),
  fallback: null,
};

export const disableAccessLog = toggle("disable-access-log", false, "Write no access log.");
export const disableHttpAccessLog = toggle("disable-http-access-log", false, "The same, for requests alone.");
export const disableStreamAccessLog = toggle(
  "disable-stream-access-log",
  false,
  "The same, for TCP and UDP services alone.",
);

export const skipAccessLogUrls: Setting<readonly string[] | null> = {
  name: "skip-access-log-urls",
  fallback: null,
  docs: "Request targets, query included, that are not in the access log: as they are, or as regular expressions (RE2 syntax) behind `~`, or `~*` without regard to case.",
  expected: "a list of request targets or ~patterns, separated by commas",
  parse(text) {
    const urls = text.split(",").map((one) => one.trim());
    const written = urls.filter((one) => one !== "");
    return written.every((one) => !one.startsWith("~") || compilePattern(one.replace(/^~\*?/, "")) !== null)
      ? written
      : null;
  },
};

export const LOG_SETTINGS: readonly Setting<unknown>[] = [
  logFormatUpstream,
  logFormatEscapeJson,
  disableAccessLog,
  disableHttpAccessLog,
  disableStreamAccessLog,
  skipAccessLogUrls,
];

/** How the access log is written; null where nothing is set. */
export function readLogSettings(
  reader: SettingsReader,
  { logFormatProblem }: SettingsOptions,
): AccessLogSetting | null {
  const format = reader.read(logFormatUpstream);
  const problem = format === null ? null : (logFormatProblem?.(format) ?? null);
  if (problem !== null) {
    const what = `is no format: ${problem}; the one that the flags say holds`;
    reader.say(logFormatUpstream.name, "warning", "SettingInvalid", what, "Correct the format");
  }
  const escape = reader.read(logFormatEscapeJson);
  const off = reader.read(disableAccessLog);
  const skip = reader.read(skipAccessLogUrls) ?? [];
  const requestsOff = reader.read(disableHttpAccessLog) || off;
  const streamsOff = reader.read(disableStreamAccessLog) || off;
  const setting = {
    ...(format === null || problem !== null ? {} : { format }),
    ...(escape === null ? {} : { escape: escape ? ("json" as const) : ("default" as const) }),
    ...(requestsOff ? { requests: false as const } : {}),
    ...(streamsOff ? { streams: false as const } : {}),
    ...(skip.length === 0 ? {} : { skip }),
  };
  return Object.keys(setting).length === 0 ? null : { name: "access-log", ...setting };
}
