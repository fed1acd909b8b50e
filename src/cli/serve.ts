import type { ResourceSource } from "../control-plane/sources/sources.ts";
import type { DevelopmentAuthority } from "../certificates/development-authority.ts";
import { createLog } from "../log.ts";
import { Announcer } from "./announcer.ts";
import { frontOptions, frontWarnings } from "./front-flags.ts";
import { messageFormat } from "./log-flags.ts";
import { metricsOptions } from "./metrics-flags.ts";
import { translateOptions, type ServeFlags } from "./options.ts";
import { choosePorts } from "./ports.ts";
import { endUnread, runGateway } from "./run-gateway.ts";
import { tellLine } from "./tell-line.ts";
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
  const log = createLog(messageFormat(flags), tellLine);
  try {
    const { ports, notes } = await choosePorts(flags);
    for (const note of notes) log("info", note);
    for (const warning of frontWarnings(flags)) log("warning", warning);
    const announcer = new Announcer({ flags, log, authority });
    await runGateway({
      log,
      logFlags: flags,
      workers: flags.workers,
      gateway: {
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
        ...tracingOptions(flags),
        onPublished: (published) => announcer.published(published),
      },
      metrics: (droppedLines) => metricsOptions(flags, "ts-ingress", droppedLines),
      started: (gateway) => announcer.started(gateway),
      delay: flags.drainDelay * 1000,
      grace: GRACE,
    });
  } finally {
    await alongside?.close();
    endUnread();
  }
}
