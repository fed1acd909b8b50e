import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Node } from "yaml";
import type { Place } from "../resources/resource.ts";

/** The lines of a parsed document: that of a key for a field of a map, that of its first character for an item of a list. */
export function placeIn(document: Document.Parsed, lines: LineCounter, file: string): Place {
  return {
    file,
    lineOf(path) {
      let node = resolve(document.contents, document);
      let offset = node?.range?.[0] ?? 0;
      for (const key of path) {
        const step = descend(node, key);
        if (step === null) break;
        offset = step.offset;
        node = resolve(step.value, document);
      }
      return lines.linePos(offset).line;
    },
  };
}

function descend(node: Node | null, key: string | number): { offset: number; value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    const offset = pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
    return pair === undefined || offset === undefined ? null : { offset, value: pair.value };
  }
  if (isSeq(node) && typeof key === "number") {
    const item = node.items[key];
    return isNode(item) && item.range ? { offset: item.range[0], value: item } : null;
  }
  return null;
}

function resolve(value: unknown, document: Document.Parsed): Node | null {
  const node = isAlias(value) ? value.resolve(document) : value;
  return isNode(node) ? node : null;
}
