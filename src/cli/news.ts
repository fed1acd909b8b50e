import type { Published } from "../control-plane/control-plane.ts";
import type { Diagnostic } from "../control-plane/translate/diagnostic.ts";
import type { Log, LogFormat } from "../log.ts";
import { describeOrigin } from "../snapshot/origin.ts";
import { paintFor } from "./paint.ts";
import { describeChange } from "./show-change.ts";
import { newDiagnostics, showDiagnostics } from "./show-diagnostics.ts";
import { tellLine } from "./tell-line.ts";

/** Problems of one object that are told at a time: one with thousands of mistakes must not bury what others have to hear. */
const MOST = 20;

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
    const { told, more } = bounded(diagnostics);
    if (this.#format === "pretty") {
      for (const line of showDiagnostics(told, paintFor(process.stderr))) tellLine(line);
    } else {
      for (const { severity, code, object, message, remedy } of told) {
        const place = { file: object.file ?? null, line: object.line ?? null };
        this.#log(severity, message, { code, object: describeOrigin(object), ...place, remedy });
      }
    }
    for (const [object, count] of more) this.#log("warning", `${object} has ${count} more problems`, { object });
  }
}

/** Of each object the first so many, errors before all others, and how many there are besides. */
function bounded(diagnostics: readonly Diagnostic[]): {
  readonly told: readonly Diagnostic[];
  readonly more: ReadonlyMap<string, number>;
} {
  const counts = new Map<string, number>();
  const more = new Map<string, number>();
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const others = diagnostics.filter(({ severity }) => severity !== "error");
  const told = new Set(
    [...errors, ...others].filter(({ object }) => {
      const name = describeOrigin(object);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count > MOST) more.set(name, count - MOST);
      return count <= MOST;
    }),
  );
  return { told: diagnostics.filter((one) => told.has(one)), more };
}
