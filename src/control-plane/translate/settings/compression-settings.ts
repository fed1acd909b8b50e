import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import { toggle } from "../annotations/annotation.ts";
import { parseTypes } from "../annotations/compression.ts";
import type { Setting } from "./setting.ts";
import { wholeNumber } from "./setting-values.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** One way to compress, as nginx has a module for each. */
interface Module {
  readonly algorithm: "gzip" | "br";
  readonly enabled: Setting<boolean>;
  readonly level: Setting<number | null>;
  readonly minLength: Setting<number | null>;
  readonly types: Setting<readonly string[] | null>;
}

function typesOf(name: string): Setting<readonly string[] | null> {
  return {
    name,
    fallback: null,
    docs: "Media types of the responses that are compressed, besides text/html; `*` for all. Default: those of `ts-ingress.io/compress-types`.",
    expected: "a list of media types without parameters, separated by spaces",
    parse: parseTypes,
  };
}

export const GZIP: Module = {
  algorithm: "gzip",
  enabled: toggle(
    "use-gzip",
    false,
    "Compress responses by gzip for clients that accept it, unless `ts-ingress.io/compress` says otherwise.",
  ),
  level: wholeNumber({ name: "gzip-level", docs: "How hard gzip tries. Default: 1." }, 1, 9),
  minLength: wholeNumber(
    { name: "gzip-min-length", docs: "Bytes below which a response is not compressed by gzip. Default: 256." },
    0,
  ),
  types: typesOf("gzip-types"),
};

const BROTLI: Module = {
  algorithm: "br",
  enabled: toggle(
    "enable-brotli",
    false,
    "Compress responses by brotli for clients that accept it; with `use-gzip` too, brotli is preferred.",
  ),
  level: wholeNumber(
    {
      name: "brotli-level",
      docs: "How hard brotli tries. Default: 4, and 4 is what higher ones become: more is too slow while a client waits.",
    },
    0,
    11,
  ),
  minLength: wholeNumber(
    { name: "brotli-min-length", docs: "Bytes below which a response is not compressed by brotli. Default: 20." },
    0,
  ),
  types: typesOf("brotli-types"),
};

export const COMPRESSION_SETTINGS: readonly Setting<unknown>[] = [GZIP, BROTLI].flatMap(
  ({ enabled, level, minLength, types }) => [enabled, level, minLength, types],
);

/** ingress-nginx's. */
const DEFAULT_MIN_LENGTH = { gzip: 256, br: 20 } as const;

/** How responses are compressed, the outer first: what brotli, inside, has compressed gzip leaves alone. */
export function readCompressionSettings(reader: SettingsReader): MiddlewareSettings[] {
  return [GZIP, BROTLI].flatMap(({ algorithm, enabled, ...module }) => {
    const level = reader.read(module.level);
    const minLength = reader.read(module.minLength) ?? DEFAULT_MIN_LENGTH[algorithm];
    const types = reader.read(module.types);
    if (!reader.read(enabled)) return [];
    const options = {
      algorithms: [algorithm],
      minLength,
      // As in nginx, which leaves it out of the list.
      ...(types === null ? {} : { types: [...new Set([...types, "text/html"])] }),
      ...(level === null ? {} : { levels: { [algorithm]: level } }),
    };
    return [{ use: "compress", options }];
  });
}
