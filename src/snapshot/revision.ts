import { createHash } from "node:crypto";

/** The revision of a part: a hash of the content. */
export function revisionOf(value: unknown): string {
  return hash([JSON.stringify(value)]);
}

/** Revisions of the parts of a kind, by their keys. Made by `revisionsOf`, never changed. */
export type RevisionsOfKind = Readonly<Record<string, string>>;

/** What is hashed of each. Most stay from one snapshot to the next. */
const texts = new WeakMap<RevisionsOfKind, string>();

/** @param parts in their order @param of key and revision of a part */
export function revisionsOf(
  parts: readonly unknown[],
  of: (part: unknown) => { readonly key: string; readonly revision: string },
): RevisionsOfKind {
  const revisions = Object.create(null) as Record<string, string>;
  const lines: string[] = [];
  for (const part of parts) {
    const { key, revision } = of(part);
    revisions[key] = revision;
    // With its length, since a key may hold anything.
    lines.push(`${key.length} ${key} ${revision}`);
  }
  texts.set(revisions, lines.join("\n"));
  return Object.freeze(revisions);
}

/** The revision of a snapshot: a hash of all revisions, kind by kind. @param revisions each made by `revisionsOf` */
export function revisionOfAll(revisions: Readonly<Record<string, RevisionsOfKind>>): string {
  return hash(Object.entries(revisions).flatMap(([kind, ofKind]) => [`\n${kind}\n`, texts.get(ofKind) ?? ""]));
}

function hash(texts: readonly string[]): string {
  const sum = createHash("sha256");
  for (const text of texts) sum.update(text);
  return sum.digest("base64url").slice(0, 16);
}
