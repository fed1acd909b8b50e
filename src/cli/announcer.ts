import type { DevelopmentAuthority } from "../certificates/development-authority.ts";
import type { Published } from "../control-plane/control-plane.ts";
import type { Gateway } from "../gateway.ts";
import type { Log } from "../log.ts";
import { trustIn } from "./curl-trust.ts";
import { messageFormat } from "./log-flags.ts";
import { News } from "./news.ts";
import type { ServeFlags } from "./options.ts";
import { paintFor } from "./paint.ts";
import { mustSendHeader } from "./front-flags.ts";
import { showCurl } from "./show-curl.ts";
import { summarise } from "./show-diagnostics.ts";
import { showRoutes } from "./show-routes.ts";
import { showStreams } from "./show-streams.ts";

interface AnnouncerOptions {
  readonly flags: ServeFlags;
  readonly log: Log;
  readonly authority: DevelopmentAuthority;
}

/** Tells the person at the terminal what is served, at the start and after each change. In JSON, a few messages for machines. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #news: News;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#news = new News(options.log, messageFormat(options.flags));
  }

  started(gateway: Gateway): void {
    const { flags, log } = this.#options;
    if (messageFormat(flags) === "json")
      log("info", "serving", { ...gateway.ports, revision: gateway.snapshot.revision });
    else process.stdout.write(this.#overview(gateway));
    this.#news.tell(gateway.diagnostics);
    if (gateway.diagnostics.length > 0) log("info", summarise(gateway.diagnostics));
  }

  /** Says what changed since the last time; the first snapshot is told by `started`. */
  published(published: Published): void {
    this.#news.published(published);
  }

  #overview({ ports, snapshot, workers }: Gateway): string {
    const { flags, authority } = this.#options;
    const address = flags.bind.includes(":") ? `[${flags.bind}]` : flags.bind;
    const trust = trustIn(snapshot, authority);
    const streams = showStreams(snapshot);
    const sections: [string, string[]][] = [
      ["Routes", showRoutes(snapshot)],
      ...(streams.length === 0 ? [] : [["TCP and UDP", streams] satisfies [string, string[]]]),
      [
        "Try",
        showCurl(snapshot, {
          http: ports.http,
          https: ports.https,
          bind: flags.bind,
          trust,
          mustSendHeader: mustSendHeader(flags),
        }),
      ],
      [
        "Listening",
        [
          `http    http://${address}:${ports.http}`,
          `https   https://${address}:${ports.https}`,
          `health  http://127.0.0.1:${ports.health}/readyz${flags.enableMetrics ? " and /metrics" : ""}`,
          `admin   http://127.0.0.1:${ports.admin}/`,
          ...(workers.length === 0 ? [] : [`workers ${workers.map(({ process }) => process).join(" ")} (processes)`]),
        ],
      ],
    ];
    const paint = paintFor(process.stdout);
    return sections
      .filter(([, content]) => content.length > 0)
      .map(([title, content]) => `${paint("bold", title)}\n${content.map((line) => `  ${line}\n`).join("")}`)
      .join("\n")
      .concat("\n");
  }
}
