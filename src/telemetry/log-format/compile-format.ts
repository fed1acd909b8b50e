// Formats of access logs in the syntax of nginx.
// In: a format with variables, once; then finished exchanges. Out: one line each.
// Never: a text of a client's that ends a line, a field or a JSON string; a variable that is silently empty since we do not have it.
import type { Exchange } from "../../data-plane/exchange/exchange.ts";
import type { AccessLogFormat } from "../access-log.ts";
import { PIECE_BYTES } from "../line-writer.ts";
import { escapeDefault, escapeJson } from "./escape.ts";
import { PREFIXES, type Variable, VARIABLES } from "./variables.ts";

/** ingress-nginx's own, `upstreaminfo`: what is written there unless `log-format-upstream` says otherwise. */
export const UPSTREAM_INFO =
  `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" ` +
  `$request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr ` +
  `$upstream_response_length $upstream_response_time $upstream_status $req_id`;

/** The common log format, as web servers have it since NCSA's. */
export const COMMON = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent`;

/** A format that names a variable there is none of. The message lists those there are. */
export class LogFormatError extends Error {}

/** Characters of one variable: in a line that fits, and where it would not. */
const LONG = 1024;
const SHORT = 100;

type Part = string | Variable;

/**
 * Makes a function of a format, once.
 * @param escape "json" for values between the double quotes of a JSON text (`log-format-escape-json`), else as nginx does by default
 * @throws {LogFormatError}
 */
export function compileFormat(format: string, escape: "default" | "json"): AccessLogFormat {
  const parts = partsOf(format);
  const write = (exchange: Exchange, length: number): string => {
    let line = "";
    for (const part of parts) line += typeof part === "string" ? part : escaped(part(exchange), escape, length);
    return line;
  };
  return (exchange) => {
    const line = write(exchange, LONG);
    // A line must fit one piece of the line writer whatever a client sends, or it would be cut in the middle.
    return Buffer.byteLength(line) < PIECE_BYTES ? line : write(exchange, SHORT);
  };
}

/** All variables, for messages and documentation. */
export function variableNames(): string[] {
  return [...Object.keys(VARIABLES), ...Object.keys(PREFIXES).map((prefix) => `${prefix}NAME`)]
    .toSorted()
    .map((name) => `$${name}`);
}

function partsOf(format: string): Part[] {
  // A line break in the format, as YAML makes them, is none in the line.
  const text = format.trim().replace(/\s*[\r\n]+\s*/g, " ");
  const parts: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    parts.push(text.slice(from, found.index), variable(found[1] ?? found[2] ?? ""));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

function variable(name: string): Variable {
  const known = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  if (known !== undefined) return known;
  const prefix = Object.keys(PREFIXES).find((one) => name.startsWith(one) && name.length > one.length);
  const named = prefix === undefined ? undefined : PREFIXES[prefix]?.(name.slice(prefix.length));
  if (named !== undefined) return named;
  throw new LogFormatError(`there is no variable $${name}; there are ${variableNames().join(", ")}`);
}

function escaped(value: string | number | null, escape: "default" | "json", length: number): string {
  if (value === null) return escape === "json" ? "" : "-";
  if (typeof value === "number") return String(value);
  const text = value.length > length ? value.slice(0, length) : value;
  return escape === "json" ? escapeJson(text) : escapeDefault(text);
}
