import { styleText } from "node:util";
import { jsonLine, prettyLine, type AccessLogFormat, type Tint } from "./access-log.ts";
import { COMMON, compileFormat, UPSTREAM_INFO } from "./log-format/compile-format.ts";
import { nginxStreamLine } from "./log-format/nginx-stream-line.ts";
import { jsonStreamLine, prettyStreamLine, type StreamLogFormat } from "./stream-log.ts";

/** `pretty` for eyes, the others for machines; `nginx` is ingress-nginx's own line. */
export const ACCESS_LOG_NAMES = ["pretty", "json", "nginx", "common"] as const;

export type AccessLogName = (typeof ACCESS_LOG_NAMES)[number];

/** How an access log is written, as plain data. */
export interface AccessLogSettings {
  readonly format: AccessLogName;
  /** For a terminal; `pretty` alone has them. */
  readonly colours: boolean;
  /** A format in nginx's syntax for the lines of requests (`log-format-upstream`). */
  readonly custom?: { readonly format: string; readonly escape: "default" | "json" };
}

const STYLES = { good: "green", moved: "cyan", bad: "yellow", worse: "red", faint: "dim" } as const;
const coloured: Tint = (tone, text) => styleText(STYLES[tone], text, { validateStream: false });

/** How requests are written. @throws {LogFormatError} where the custom format names an unknown variable */
export function accessLine({ format, colours, custom }: AccessLogSettings): AccessLogFormat {
  if (custom !== undefined) return compileFormat(custom.format, custom.escape);
  if (format === "json") return jsonLine;
  if (format === "nginx") return compileFormat(UPSTREAM_INFO, "default");
  if (format === "common") return compileFormat(COMMON, "default");
  return colours ? (exchange) => prettyLine(exchange, coloured) : (exchange) => prettyLine(exchange);
}

/** As `accessLine`, for connections of TCP services and clients of UDP services. */
export function streamLine({ format, colours }: AccessLogSettings): StreamLogFormat {
  if (format === "json") return jsonStreamLine;
  if (format !== "pretty") return nginxStreamLine;
  return colours ? (record) => prettyStreamLine(record, coloured) : (record) => prettyStreamLine(record);
}

/** What an access log says about lines it could not say. */
export function droppedLine(format: AccessLogName, count: number): string {
  const message = `${count} lines were dropped: the reader of this log is too slow`;
  if (format !== "json") return `warning: ${message}`;
  return JSON.stringify({ time: new Date().toISOString(), level: "warning", message, dropped: count });
}
