import type { Exchange } from "../data-plane/exchange/exchange.ts";
import type { StreamRecord } from "../data-plane/streams/stream-record.ts";
import { compilePattern, type LinearPattern } from "../linear-pattern.ts";
import { type AccessLogSetting, settingNamed } from "../snapshot/serving-setting.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { accessLine, type AccessLogSettings, streamLine } from "./access-line.ts";
import type { AccessLogFormat } from "./access-log.ts";
import { LogFormatError } from "./log-format/compile-format.ts";
import type { StreamLogFormat } from "./stream-log.ts";

/** How the access log is written: as it was begun, and above that as the snapshot says. */
export class LiveAccessLog {
  readonly #base: AccessLogSettings;
  readonly #streams: StreamLogFormat;
  #revision: string | undefined;
  #line: AccessLogFormat;
  #setting: AccessLogSetting = { name: "access-log" };
  #urls: ReadonlySet<string> = new Set();
  #patterns: readonly LinearPattern[] = [];

  /** @throws {LogFormatError} where the custom format names an unknown variable */
  constructor(base: AccessLogSettings) {
    this.#base = base;
    this.#streams = streamLine(base);
    this.#line = accessLine(base);
  }

  /** Writes so from now on. A format that names an unknown variable leaves the one before. */
  apply({ settings, revisions }: Pick<RoutingSnapshot, "settings" | "revisions">): void {
    const revision = revisions.settings?.get("access-log");
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#setting = settingNamed(settings, "access-log") ?? { name: "access-log" };
    const { skip = [] } = this.#setting;
    this.#urls = new Set(skip.filter((one) => !one.startsWith("~")));
    this.#patterns = skip.filter((one) => one.startsWith("~")).flatMap((one) => compilePattern(patternOf(one)) ?? []);
    try {
      this.#line = accessLine(withSetting(this.#base, this.#setting));
    } catch (error) {
      if (!(error instanceof LogFormatError)) throw error;
    }
  }

  /** null where nothing is to be written of it. */
  line(exchange: Exchange): string | null {
    if (this.#setting.requests === false || this.#skips(exchange.request.target)) return null;
    return this.#line(exchange);
  }

  lineOfStream(record: StreamRecord): string | null {
    return this.#setting.streams === false ? null : this.#streams(record);
  }

  #skips(target: string): boolean {
    if (this.#urls.size > 0 && this.#urls.has(target)) return true;
    return this.#patterns.length > 0 && this.#patterns.some((pattern) => pattern.matches(target));
  }
}

/** As nginx's map has it: "~pattern", or "~*pattern" without regard to case. */
function patternOf(text: string): string {
  return text.startsWith("~*") ? `(?i)${text.slice(2)}` : text.slice(1);
}

function withSetting(base: AccessLogSettings, { format, escape }: AccessLogSetting): AccessLogSettings {
  const written = format ?? base.custom?.format;
  if (written === undefined) return base;
  return { ...base, custom: { format: written, escape: escape ?? base.custom?.escape ?? "default" } };
}
