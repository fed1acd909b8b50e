import type { Diagnostic } from "../translate/diagnostic.ts";

/** A problem with a file or folder itself: what it holds cannot be known. `line` is 1-based. */
export function fileProblem(
  what: { readonly code: string; readonly file: string; readonly line?: number; readonly kind?: "File" | "Folder" },
  message: string,
  remedy: string,
): Diagnostic {
  const place = what.line === undefined ? { file: what.file } : { file: what.file, line: what.line };
  return {
    severity: "error",
    code: what.code,
    scope: "object",
    object: { kind: what.kind ?? "File", namespace: "", name: what.file, ...place },
    message,
    remedy,
  };
}

/** The reason of a failed system call in a few words, without the path that the message names anyway. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return REASONS.get(code ?? "") ?? code ?? String(error);
}

const REASONS = new Map([
  ["ENOENT", "it does not exist"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ELOOP", "its symbolic links go in a circle"],
  ["ENOTDIR", "part of its path is not a folder"],
]);
