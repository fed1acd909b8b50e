import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import { type Annotation, OWN_PREFIX, toggle } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";

export const decompressRequest: Annotation<boolean> = toggle(
  "decompress-request",
  false,
  "Decompress request bodies with Content-Encoding gzip, deflate, br or zstd, or up to three of them in a row, for upstreams that cannot. `proxy-body-size` holds for what is received and for what comes of it. Other codings, requests with a digest of their content or `no-transform`, and gRPC go on as they are.",
);

export const decompressRequestMaxRatio: Annotation<number | null> = {
  name: "decompress-request-max-ratio",
  fallback: null,
  docs: "How many times as large as received a body may become, beyond its first MiB; then 413.",
  expected: "a whole number from 1 to 100000",
  parse: (text) => {
    const ratio = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    return ratio >= 1 && ratio <= 100_000 ? ratio : null;
  },
};

/** The middleware for the routes of an Ingress, or null. */
export function readDecompression(own: AnnotationReader): MiddlewareSettings | null {
  const ratio = own.read(decompressRequestMaxRatio);
  if (own.read(decompressRequest)) return { use: "decompress-request", options: ratio === null ? {} : { ratio } };
  const { name } = decompressRequestMaxRatio;
  if (own.values[name] !== undefined && own.values[decompressRequest.name] === undefined) {
    const what = `has no effect without ${OWN_PREFIX}${decompressRequest.name}`;
    const remedy = `Remove the annotation, or add ${decompressRequest.name}`;
    own.say(name, "warning", "AnnotationWithoutEffect", what, remedy);
  }
  return null;
}
