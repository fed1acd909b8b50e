import type { PieceSink } from "../telemetry/line-writer.ts";
import { streamSink } from "../telemetry/stream-sink.ts";

/** Bytes of messages that wait for a reader of standard error who is behind; those that come then are lost. */
const WAITING = 1024 * 1024;

let sink: PieceSink | null = null;

/** Writes a line to standard error, and never waits for whoever reads it. */
export function tellLine(line: string): void {
  sink ??= streamSink(process.stderr, WAITING);
  sink.write(`${line}\n`);
}
