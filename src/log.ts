// Messages for the person or the machine that runs us; requests have their own log (telemetry/access-log.ts).
// In: a message and facts. Out: one line, for eyes or as JSON.
// Never: a request, a private key.

export type LogFormat = "pretty" | "json";
export type LogLevel = "info" | "warning" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one message; `fields` are for machines and appear in the JSON format only. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** @param write takes one whole line without its line break. */
export function createLog(format: LogFormat, write: (line: string) => void, now: () => Date = () => new Date()): Log {
  if (format === "json") {
    return (level, message, fields) => write(JSON.stringify({ time: now().toISOString(), level, message, ...fields }));
  }
  return (level, message) => write(level === "info" ? message : `${level}: ${message}`);
}
