import { startGateway, type Gateway, type GatewayOptions } from "../gateway.ts";
import type { Log } from "../log.ts";
import { droppedLine } from "../telemetry/access-line.ts";
import { LineWriter } from "../telemetry/line-writer.ts";
import { chooseWorkers } from "../processes/worker-count.ts";
import { LiveAccessLog } from "../telemetry/live-access-log.ts";
import type { MetricsOptions } from "../telemetry/metrics/metrics.ts";
import { streamSink } from "../telemetry/stream-sink.ts";
import type { WorkersFlag } from "./flag-values.ts";
import { accessLogSettings, type LogFlags } from "./log-flags.ts";
import { logHealth } from "./log-health.ts";
import { isColoured } from "./paint.ts";
import { busyPort } from "./ports.ts";
import { isSystemError } from "./problem.ts";
import { onReplace } from "./replacing.ts";
import { untilStopped } from "./stopping.ts";

export interface GatewayRun {
  readonly log: Log;
  readonly logFlags: LogFlags;
  /** Processes that serve; 1: this one. */
  readonly workers: WorkersFlag;
  /** What is served, and where; logs and metrics are added here. */
  readonly gateway: GatewayOptions;
  /** @param droppedLines how many lines of the access log nobody took so far */
  readonly metrics: (droppedLines: () => number) => MetricsOptions | undefined;
  /** Called when everything is being served. */
  readonly started: (gateway: Gateway) => void;
  /** Milliseconds. When asked to stop: how long connections are accepted, not ready; how long open exchanges then get. */
  readonly delay: number;
  readonly grace: number;
}

/** Runs a gateway until this process is asked to stop: what all commands that serve share. */
export async function runGateway({ log, logFlags, metrics, delay, grace, ...run }: GatewayRun): Promise<void> {
  const workers = workersOf(run.workers, log);
  const lines = new LineWriter(streamSink(process.stdout), (count) => droppedLine(logFlags.logFormat, count));
  const startNoMore = endAtOnceWhenAsked();
  try {
    const accessLog = accessLogSettings(logFlags, isColoured(process.stdout));
    const written = new LiveAccessLog(accessLog);
    const onLine = (line: string | null): void => {
      if (line !== null) lines.write(line);
    };
    const measured = metrics(() => lines.dropped);
    const gateway = await startGateway({
      ...run.gateway,
      ...(measured === undefined ? {} : { metrics: measured }),
      ...(workers === 1
        ? {
            onFinished: (exchange) => onLine(written.line(exchange)),
            onStreamFinished: (record) => onLine(written.lineOfStream(record)),
          }
        : { workers: { count: workers, accessLog, onLine } }),
      onPublished: (published) => {
        written.apply(published.snapshot);
        run.gateway.onPublished?.(published);
      },
      onError: (error) => log("error", error.message),
      onProblem: (message) => log("warning", message),
      onHealthChange: (change, worker) => logHealth(log, change, worker),
    }).catch((error: unknown) => {
      throw isSystemError(error) && error.syscall === "listen" ? lostPort(error) : error;
    });
    const stopReplacing = onReplace(gateway, log);
    try {
      const stopAtOnce = (): void => void gateway.close();
      const stopped = untilStopped(async () => {
        log("info", stoppingText(delay, grace));
        await gateway.drain(grace, delay);
        await gateway.close();
      }, stopAtOnce);
      // Only now: while nobody listens to it, a signal ends the process with everything in it.
      startNoMore();
      run.started(gateway);
      await stopped;
      log("info", "stopped");
    } finally {
      stopReplacing();
      await gateway.close();
    }
  } finally {
    startNoMore();
    lines.close();
  }
}

function workersOf(asked: WorkersFlag, log: Log): number {
  if (asked !== "auto") return asked;
  const { count, why } = chooseWorkers();
  log("info", `${count} ${count === 1 ? "process serves" : "processes serve"} (--workers auto): ${why}`);
  return count;
}

/** A reader that has stopped reading must not keep us from ending. */
export function endUnread(): void {
  if (process.stdout.writableLength + process.stderr.writableLength > 0) process.exit();
}

/** While nothing is served there is nothing to drain. (The first process of a container ends by a signal only if it listens to it.) @returns how to listen no more */
function endAtOnceWhenAsked(): () => void {
  const end = (): never => process.exit(0);
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return () => {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  };
}

function stoppingText(delay: number, grace: number): string {
  const first = delay === 0 ? "" : `connections are accepted for ${delay / 1000} more seconds, then `;
  return `stopping: ${first}open requests get ${grace / 1000} seconds, Ctrl-C again ends them at once`;
}

/** Somebody took the port between our look and our listening. */
function lostPort(error: NodeJS.ErrnoException & { address?: string; port?: number }): Error {
  return busyPort("", error.address, error.port ?? 0, error.code ?? "");
}
