import { Refusal, type StoredObject } from "./object.ts";

export type Matches = (object: StoredObject) => boolean;

/** A filter of `fieldSelector` and `labelSelector`. */
export function selector(fields: string | null, labels: string | null): Matches {
  const all = [...parts(fields).map(fieldMatch), ...parts(labels).map(labelMatch)];
  return (object) => all.every((matches) => matches(object));
}

/** Cuts at commas, but not at those of a list: "a in (b,c),d=e". */
function parts(text: string | null): string[] {
  return text ? (text.match(/[^,(]+(?:\([^)]*\))?/g) ?? []) : [];
}

function fieldMatch(text: string): Matches {
  const { key, negated, value } = equation(text);
  return (object) => {
    const found = key
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object);
    return ((typeof found === "string" ? found : "") === value) !== negated;
  };
}

function labelMatch(text: string): Matches {
  const list = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text.trim());
  if (list !== null) {
    const [, key = "", word, values = ""] = list;
    const among = values.split(",").map((value) => value.trim());
    return ({ metadata }) => among.includes(metadata.labels?.[key] ?? "\0") === (word === "in");
  }
  if (!text.includes("=")) {
    const [key, wanted] = text.startsWith("!") ? [text.slice(1), false] : [text, true];
    return ({ metadata }) => (metadata.labels?.[key] !== undefined) === wanted;
  }
  const { key, negated, value } = equation(text);
  return ({ metadata }) => (metadata.labels?.[key] === value) !== negated;
}

function equation(text: string): { key: string; negated: boolean; value: string } {
  const found = /^([^=!]+)(==|!=|=)(.*)$/.exec(text.trim());
  if (found === null) throw new Refusal(400, "BadRequest", `unable to parse requirement: ${text}`);
  return { key: found[1] ?? "", negated: found[2] === "!=", value: found[3] ?? "" };
}
