import type { ResourceSource } from "../control-plane/sources/sources.ts";
import type { DevelopmentAuthority } from "../certificates/development-authority.ts";
import { startGateway } from "../gateway.ts";
import { createLog } from "../log.ts";
import { accessLine, droppedLine, streamLine } from "../telemetry/access-line.ts";
import { LineWriter } from "../telemetry/line-writer.ts";
import { streamSink } from "../telemetry/stream-sink.ts";
import { Announcer } from "./announcer.ts";
import { frontOptions, frontWarnings } from "./front-flags.ts";
import { translateOptions, type ServeFlags } from "./options.ts";
import { accessLogSettings, messageFormat } from "./log-flags.ts";
import { metricsOptions } from "./metrics-flags.ts";
import { logHealth } from "./log-health.ts";
import { isColoured } from "./paint.ts";
import { busyPort, choosePorts } from "./ports.ts";
import { isSystemError } from "./problem.ts";
import { onReplace } from "./replacing.ts";
import { untilStopped } from "./stopping.ts";
import { tracingOptions } from "./tracing-flags.ts";

export interface ServeJob {
  readonly flags: ServeFlags;
  /** Classes that are served without any `--ingress-class`. */
  readonly classes: readonly string[];
  readonly sources: readonly ResourceSource[];
  readonly authority: DevelopmentAuthority;
  /** Stopped with the gateway. */
  readonly alongside?: { close(): Promise<void> };
}

/** Milliseconds that open exchanges get after the first Ctrl-C. */
const GRACE = 10_000;

/** Runs a gateway on this machine until it is asked to stop: what `dev` and `demo` share. */
export async function serve({ flags, classes, sources, authority, alongside }: ServeJob): Promise<void> {
  const lines = new LineWriter(streamSink(process.stdout), (count) => droppedLine(flags.logFormat, count));
  const log = createLog(messageFormat(flags), (line) => process.stderr.write(`${line}\n`));
  try {
    const { ports, notes } = await choosePorts(flags);
    for (const note of notes) log("info", note);
    for (const warning of frontWarnings(flags)) log("warning", warning);
    const announcer = new Announcer({ flags, log, authority });
    const accessLog = accessLogSettings(flags, isColoured(process.stdout));
    const line = accessLine(accessLog);
    const lineOfStream = streamLine(accessLog);
    const onLine = (line: string): void => lines.write(line);
    const metrics = metricsOptions(flags, "ts-ingress", () => lines.dropped);
    const gateway = await startGateway({
      sources,
      translate: translateOptions(flags, classes, ports),
      http: { host: flags.bind, port: ports.http },
      https: { host: flags.bind, port: ports.https },
      health: { port: ports.health },
      admin: { port: ports.admin },
      allowLoopbackNames: true,
      strictPaths: flags.strictPaths,
      ...frontOptions(flags),
      defaultCertificate: (serverName) => authority.issue([serverName ?? "localhost"]),
      streams: { host: flags.bind },
      ...(metrics === undefined ? {} : { metrics }),
      ...tracingOptions(flags),
      onPublished: (published) => announcer.published(published),
      ...(flags.workers === 1
        ? {
            onFinished: (exchange) => onLine(line(exchange)),
            onStreamFinished: (record) => onLine(lineOfStream(record)),
          }
        : { workers: { count: flags.workers, accessLog, onLine } }),
      onError: (error) => log("error", error.message),
      onProblem: (message) => log("warning", message),
      onHealthChange: (change, worker) => logHealth(log, change, worker),
    }).catch((error: unknown) => {
      throw isSystemError(error) && error.syscall === "listen" ? lostPort(error) : error;
    });
    const stopReplacing = onReplace(gateway, log);
    try {
      announcer.started(gateway);
      const stopAtOnce = (): void => void gateway.close();
      await untilStopped(async () => {
        log("info", stoppingText(flags.drainDelay));
        await gateway.drain(GRACE, flags.drainDelay * 1000);
        await gateway.close();
      }, stopAtOnce);
      log("info", "stopped");
    } finally {
      stopReplacing();
      await gateway.close();
    }
  } finally {
    await alongside?.close();
    lines.close();
    // A reader that has stopped reading must not keep us from ending.
    if (process.stdout.writableLength + process.stderr.writableLength > 0) process.exit();
  }
}

function stoppingText(delay: number): string {
  const first = delay === 0 ? "" : `connections are accepted for ${delay} more seconds, then `;
  return `stopping: ${first}open requests get 10 seconds, Ctrl-C again ends them at once`;
}

/** Somebody took the port between our look and our listening. */
function lostPort(error: NodeJS.ErrnoException & { address?: string; port?: number }): Error {
  return busyPort("", error.address, error.port ?? 0, error.code ?? "");
}
