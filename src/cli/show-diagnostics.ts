import type { Diagnostic, Severity } from "../control-plane/translate/diagnostic.ts";
import { describeOrigin, describePlace } from "../snapshot/origin.ts";
import type { JsonObject } from "../snapshot/json.ts";
import { clip } from "../telemetry/clip.ts";
import type { Paint } from "./paint.ts";

const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];
/** Characters of one line; a value in a manifest may be a megabyte. */
const LONGEST = 2000;
const STYLES = { error: "red", warning: "yellow", info: "cyan" } as const;

/** Two lines each, errors first: what is wrong and where, then what to do. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): string[] {
  return SEVERITIES.flatMap((severity) =>
    diagnostics
      .filter((diagnostic) => diagnostic.severity === severity)
      .flatMap((diagnostic) => [
        `${paint(STYLES[severity], severity)} ${clip(said(diagnostic), LONGEST)}`,
        `  ${paint("dim", "->")} ${clip(diagnostic.remedy, LONGEST)}`,
      ]),
  );
}

/** Names and values in it are what somebody wrote in a manifest: they may not steer the terminal. */
function said(diagnostic: Diagnostic): string {
  return `${subjectOf(diagnostic)}: ${diagnostic.message} [${diagnostic.code}]`;
}

/** "2 errors, 1 warning, 0 infos" */
export function summarise(diagnostics: readonly Diagnostic[]): string {
  return SEVERITIES.map((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return `${count} ${severity}${count === 1 ? "" : "s"}`;
  }).join(", ");
}

/** The list for machines. `object` is "Ingress shop/web"; `file` and `line` are null where unknown. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): JsonObject {
  return {
    diagnostics: diagnostics.map(({ severity, code, scope, object, message, remedy }) => ({
      severity,
      code,
      scope,
      object: describeOrigin(object),
      file: object.file ?? null,
      line: object.line ?? null,
      message,
      remedy,
    })),
  };
}

/** Those of `after` that were not there before, the line apart: moving an object in its file makes no new problem. */
export function newDiagnostics(before: readonly Diagnostic[], after: readonly Diagnostic[]): Diagnostic[] {
  if (before === after) return [];
  const known = new Set(before.map(keyOf));
  return after.filter((diagnostic) => !known.has(keyOf(diagnostic)));
}

function keyOf({ severity, code, object, message }: Diagnostic): string {
  return JSON.stringify([severity, code, describeOrigin(object), object.file, message]);
}

function subjectOf({ object }: Diagnostic): string {
  const place = describePlace(object);
  if (object.kind === "File") return place === "" ? object.name : place;
  return place === "" ? describeOrigin(object) : `${describeOrigin(object)} (${place})`;
}
