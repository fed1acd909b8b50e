import { Refusal, type Draft } from "./object.ts";

/** Applies a patch of the given content type. Strategic merges and server-side applies are taken for merges: lists are replaced. */
export function patched(object: Draft, patch: unknown, contentType: string): Draft {
  if (contentType.startsWith("application/json-patch+json")) return jsonPatch(object, patch as Operation[]);
  return merge(object, patch) as Draft;
}

/** RFC 7386. */
export function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === "object" && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isMap ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** RFC 6902: add, replace, remove, test. */
function jsonPatch(object: Draft, operations: readonly Operation[]): Draft {
  const result = structuredClone(object) as Record<string, unknown>;
  for (const { op, path, value } of operations) {
    const keys = path
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop() ?? "";
    let at = result;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    if (op === "test") {
      if (JSON.stringify(at[last]) !== JSON.stringify(value)) throw new Refusal(422, "Invalid", `test failed: ${path}`);
    } else if (op === "remove") delete at[last];
    else if (Array.isArray(at) && last === "-") at.push(value);
    else at[last] = value;
  }
  return result;
}
