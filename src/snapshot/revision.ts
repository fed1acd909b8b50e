import { hash } from "node:crypto";

/** The revision of a part: a hash of the content. */
export function revisionOf(value: unknown): string {
  return revisionOfText(JSON.stringify(value));
}

/** The hash that all revisions are made with, of a text. */
export function revisionOfText(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 16);
}
