import { createHash } from "node:crypto";

/** The revision of a part: a hash of the content. */
export function revisionOf(value: unknown): string {
  return hash([JSON.stringify(value)]);
}

/** Records of revisions are frozen, and most stay from one snapshot to the next. */
const texts = new WeakMap<object, string>();

/** The revision of a snapshot: a hash of all revisions, kind by kind. */
export function revisionOfAll(revisions: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const kinds = Object.entries(revisions).map(([kind, record]) => {
    const text = texts.get(record) ?? JSON.stringify(record);
    texts.set(record, text);
    return `${JSON.stringify(kind)}:${text}`;
  });
  return hash(["{", kinds.join(","), "}"]);
}

function hash(texts: readonly string[]): string {
  const sum = createHash("sha256");
  for (const text of texts) sum.update(text);
  return sum.digest("base64url").slice(0, 16);
}
