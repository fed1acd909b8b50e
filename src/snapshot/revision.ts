import { createHash } from "node:crypto";

/** The revision of a part, or of all revisions together: a hash of the content. */
export function revisionOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 16);
}
