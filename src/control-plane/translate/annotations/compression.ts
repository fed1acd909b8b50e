import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import { type Annotation, OWN_PREFIX } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";

const ALGORITHMS = ["zstd", "br", "gzip"];
/** RFC 9110 §8.3.1, without parameters; or every type. */
const MEDIA_TYPE = /^(?:\*|[!#$&\-^_.+0-9a-z]+\/[!#$&\-^_.+0-9a-z]+)$/;

export const compress: Annotation<readonly string[]> = {
  name: "compress",
  fallback: [],
  docs: "Compress responses for clients that accept it. The first named is preferred; `off` for none, also where the [ConfigMap](configmap.md) has `use-gzip` or `enable-brotli`. As with any compression over TLS, a page that shows a secret beside text of an attacker's choice lets its length tell of the secret (BREACH).",
  expected: "a list of zstd, br and gzip in the order of preference, separated by commas, or off",
  whenInvalid: "its routes are served uncompressed",
  parse: (text) =>
    text === "off" ? [] : distinct(text.toLowerCase().split(/ *, */), (name) => ALGORITHMS.includes(name)),
};

export const compressTypes: Annotation<readonly string[]> = {
  name: "compress-types",
  fallback: [],
  docs: "Media types of the responses that are compressed, in place of the default ones; `*` for all. Event streams (`text/event-stream`) are not among the default ones.",
  expected: "a list of media types without parameters, separated by spaces or commas",
  parse: parseTypes,
};

export const compressMinLength: Annotation<number | null> = {
  name: "compress-min-length",
  fallback: null,
  docs: "Bytes below which a response is not compressed, where its length is known.",
  expected: "a whole number of bytes, without unit",
  parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : null),
};

/** The middleware for the routes of an Ingress, the outer first. What is not set is left to the middleware. @param general where it says nothing */
export function readCompression(
  own: AnnotationReader,
  general: readonly MiddlewareSettings[],
): readonly MiddlewareSettings[] {
  const algorithms = own.read(compress);
  const types = own.read(compressTypes);
  const minLength = own.read(compressMinLength);
  if (algorithms.length > 0) {
    const options = {
      algorithms,
      ...(types.length === 0 ? {} : { types }),
      ...(minLength === null ? {} : { minLength }),
    };
    return [{ use: "compress", options }];
  }
  if (own.values[compress.name] !== undefined) return [];
  for (const { name } of [compressTypes, compressMinLength]) {
    if (own.values[name] === undefined) continue;
    const what = `has no effect without ${OWN_PREFIX}${compress.name}`;
    own.say(name, "warning", "AnnotationWithoutEffect", what, `Remove the annotation, or add ${compress.name}`);
  }
  return general;
}

/** Media types with spaces or commas between, in lower case; null where one is none. */
export function parseTypes(text: string): string[] | null {
  return distinct(text.toLowerCase().split(/[\s,]+/), (type) => MEDIA_TYPE.test(type));
}

/** The items without repetitions; null when one is not valid. */
function distinct(items: readonly string[], isValid: (item: string) => boolean): string[] | null {
  return items.every(isValid) ? [...new Set(items)] : null;
}
