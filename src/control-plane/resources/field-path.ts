/** A field inside an object: ["spec", "rules", 0, "host"]. */
export type FieldPath = readonly (string | number)[];

/** "spec.rules[0].host", as people write it; keys that hold a dot in quotes. */
export function describeField(field: FieldPath): string {
  return field
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      if (/[./\s]/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}
