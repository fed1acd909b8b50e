import type { Published } from "../control-plane/control-plane.ts";
import type { Diagnostic } from "../control-plane/translate/diagnostic.ts";
import type { Log, LogFormat } from "../log.ts";
import { describeOrigin } from "../snapshot/origin.ts";
import { paintFor } from "./paint.ts";
import { describeChange } from "./show-change.ts";
import { newDiagnostics, showDiagnostics } from "./show-diagnostics.ts";
import { tellLine } from "./tell-line.ts";

/** Tells what changed from one snapshot to the next, and problems: for eyes, or as JSON. */
export class News {
  readonly #log: Log;
  readonly #format: LogFormat;
  #last: Published | null = null;

  constructor(log: Log, format: LogFormat) {
    this.#log = log;
    this.#format = format;
  }

  /** The first snapshot is no news. */
  published(published: Published): void {
    const last = this.#last;
    this.#last = published;
    if (last === null) return;
    const change = describeChange(last.snapshot, published.snapshot);
    const news = newDiagnostics(last.diagnostics, published.diagnostics);
    const solved = newDiagnostics(published.diagnostics, last.diagnostics).length;
    if (change !== "") this.#log("info", `changed ${change}`, { revision: published.snapshot.revision });
    this.tell(news);
    if (solved > 0) this.#log("info", `${solved} ${solved === 1 ? "problem is" : "problems are"} solved`);
  }

  tell(diagnostics: readonly Diagnostic[]): void {
    if (this.#format === "pretty") {
      for (const line of showDiagnostics(diagnostics, paintFor(process.stderr))) tellLine(line);
      return;
    }
    for (const { severity, code, object, message, remedy } of diagnostics) {
      const place = { file: object.file ?? null, line: object.line ?? null };
      this.#log(severity, message, { code, object: describeOrigin(object), ...place, remedy });
    }
  }
}
