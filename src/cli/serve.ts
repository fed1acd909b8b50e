import type { ResourceSource } from "../control-plane/sources/sources.ts";
import type { DevelopmentAuthority } from "../certificates/development-authority.ts";
import { startGateway, type Gateway } from "../gateway.ts";
import { createLog } from "../log.ts";
import { LineWriter } from "../telemetry/line-writer.ts";
import { streamSink } from "../telemetry/stream-sink.ts";
import { accessLine } from "./access-line.ts";
import { Announcer } from "./announcer.ts";
import { translateOptions, type ServeFlags } from "./options.ts";
import { logHealth } from "./log-health.ts";
import { busyPort, choosePorts } from "./ports.ts";
import { isSystemError } from "./problem.ts";
import { untilStopped } from "./stopping.ts";

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
  const lines = new LineWriter(streamSink(process.stdout), (count) => droppedLine(flags, count));
  const log = createLog(flags.logFormat, (line) => process.stderr.write(`${line}\n`));
  try {
    const { ports, notes } = await choosePorts(flags);
    for (const note of notes) log("info", note);
    const announcer = new Announcer({ flags, log, authority });
    const format = accessLine(flags.logFormat);
    const gateway = await startGateway({
      sources,
      translate: translateOptions(flags, classes),
      http: { host: flags.bind, port: ports.http },
      https: { host: flags.bind, port: ports.https },
      health: { port: ports.health },
      admin: { port: ports.admin },
      allowLoopbackNames: true,
      strictPaths: flags.strictPaths,
      defaultCertificate: (serverName) => authority.issue([serverName ?? "localhost"]),
      onPublished: (published) => announcer.published(published),
      onFinished: (exchange) => lines.write(format(exchange)),
      onError: (error) => log("error", error.message),
      onProblem: (message) => log("warning", message),
      onHealthChange: (change) => logHealth(log, change),
    }).catch((error: unknown) => {
      throw isSystemError(error) && error.syscall === "listen" ? lostPort(error) : error;
    });
    try {
      announcer.started(gateway);
      await untilStopped(async () => {
        log("info", "stopping: open requests get 10 seconds, Ctrl-C again ends them at once");
        await stop(gateway);
      });
      log("info", "stopped");
    } finally {
      await gateway.close();
    }
  } finally {
    await alongside?.close();
    lines.close();
    // A reader that has stopped reading must not keep us from ending.
    if (process.stdout.writableLength + process.stderr.writableLength > 0) process.exit();
  }
}

async function stop(gateway: Gateway): Promise<void> {
  await gateway.drain(GRACE);
  await gateway.close();
}

/** Somebody took the port between our look and our listening. */
function lostPort(error: NodeJS.ErrnoException & { address?: string; port?: number }): Error {
  return busyPort("", error.address, error.port ?? 0, error.code ?? "");
}

function droppedLine(flags: ServeFlags, count: number): string {
  const message = `${count} lines were dropped: the reader of this log is too slow`;
  if (flags.logFormat === "pretty") return `warning: ${message}`;
  return JSON.stringify({ time: new Date().toISOString(), level: "warning", message, dropped: count });
}
