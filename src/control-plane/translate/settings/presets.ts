import type { Annotation } from "../annotations/annotation.ts";
import type { Presets } from "../annotations/annotation-reader.ts";
import { proxyBodySize } from "../annotations/body-size.ts";
import {
  forceSslRedirect,
  preserveTrailingSlash,
  sslRedirect,
  usePortInRedirects,
} from "../annotations/https-redirect.ts";
import { proxyConnectTimeout, proxyReadTimeout, proxySendTimeout } from "../annotations/proxy-timeouts.ts";
import { proxyRequestBuffering, TELLS_OF_BUFFERING } from "../annotations/request-buffering.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** Annotations whose default a key of the same name sets, in ingress-nginx as here. */
export const PRESET_ANNOTATIONS: readonly Annotation<unknown>[] = [
  sslRedirect,
  forceSslRedirect,
  preserveTrailingSlash,
  usePortInRedirects,
  proxyBodySize,
  proxyConnectTimeout,
  proxySendTimeout,
  proxyReadTimeout,
  proxyRequestBuffering,
];

/** The values of those keys that are there and valid. */
export function readPresets(reader: SettingsReader): Presets {
  const presets: Record<string, unknown> = {};
  for (const annotation of PRESET_ANNOTATIONS) {
    const { name } = annotation;
    const value = reader.read({ ...annotation, fallback: null });
    if (value !== null) presets[name] = value;
  }
  if (presets[proxyRequestBuffering.name] === "on") {
    const { code, what, remedy } = TELLS_OF_BUFFERING;
    reader.say(proxyRequestBuffering.name, "info", code, what, remedy);
  }
  return presets;
}
