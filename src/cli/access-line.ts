import type { LogFormat } from "../log.ts";
import { jsonLine, prettyLine, type AccessLogFormat, type Tint } from "../telemetry/access-log.ts";
import { paintFor } from "./paint.ts";

const STYLES = { good: "green", moved: "cyan", bad: "yellow", worse: "red", faint: "dim" } as const;

/** How requests are written to stdout; coloured on a terminal. */
export function accessLine(format: LogFormat): AccessLogFormat {
  if (format === "json") return jsonLine;
  const paint = paintFor(process.stdout);
  const tint: Tint = (tone, text) => paint(STYLES[tone], text);
  return (exchange) => prettyLine(exchange, tint);
}
