import type { Annotation } from "./annotation.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const MEBIBYTE = 1024 ** 2;

/** In bytes; 0 means no limit; null where the annotation is absent, see `bodyLimit`. */
export const proxyBodySize: Annotation<number | null> = {
  name: "proxy-body-size",
  fallback: null,
  docs: "Largest request body, in bytes or with the unit k, m or g; 0 for no limit. Default: 1m for Ingresses of class nginx, none for others.",
  expected: "a number of bytes, optionally with the unit b, k, m or g",
  parse: parseSize,
};

/** Bytes of a size as nginx writes it; null for what is none. */
export function parseSize(text: string): number | null {
  const match = /^(\d+)([bkmg]?)$/i.exec(text);
  if (match === null) return null;
  const bytes = Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The limit in bytes that holds for an Ingress, or null for none: users of ingress-nginx rely on its default of 1m. */
export function bodyLimit(annotated: number | null, className: string | null): number | null {
  if (annotated === null) return className === "nginx" ? MEBIBYTE : null;
  return annotated === 0 ? null : annotated;
}
