import { styleText } from "node:util";
import type { LogFormat } from "../log.ts";
import { jsonLine, prettyLine, type AccessLogFormat, type Tint } from "./access-log.ts";
import { jsonStreamLine, prettyStreamLine, type StreamLogFormat } from "./stream-log.ts";

const STYLES = { good: "green", moved: "cyan", bad: "yellow", worse: "red", faint: "dim" } as const;
const coloured: Tint = (tone, text) => styleText(STYLES[tone], text, { validateStream: false });

/** How requests are written, for eyes or for machines. @param colours for a terminal; JSON has none */
export function accessLine(format: LogFormat, colours: boolean): AccessLogFormat {
  if (format === "json") return jsonLine;
  return colours ? (exchange) => prettyLine(exchange, coloured) : (exchange) => prettyLine(exchange);
}

/** As `accessLine`, for connections of TCP services and clients of UDP services. */
export function streamLine(format: LogFormat, colours: boolean): StreamLogFormat {
  if (format === "json") return jsonStreamLine;
  return colours ? (record) => prettyStreamLine(record, coloured) : (record) => prettyStreamLine(record);
}

/** What an access log says about lines it could not say. */
export function droppedLine(format: LogFormat, count: number): string {
  const message = `${count} lines were dropped: the reader of this log is too slow`;
  if (format === "pretty") return `warning: ${message}`;
  return JSON.stringify({ time: new Date().toISOString(), level: "warning", message, dropped: count });
}
