import { CLIENT_SETTINGS } from "./client-settings.ts";
import { COMPRESSION_SETTINGS } from "./compression-settings.ts";
import { GUARD_SETTINGS } from "./guard-settings.ts";
import { LOG_SETTINGS } from "./log-settings.ts";
import { PRESET_ANNOTATIONS } from "./presets.ts";
import { NO_AUTH_LOCATIONS } from "./protections.ts";
import { PROXY_SETTINGS } from "./proxy-settings.ts";
import { REDIRECT_SETTINGS } from "./redirect-settings.ts";
import type { Setting } from "./setting.ts";
import { STRICT_TRANSPORT_SETTINGS } from "./strict-transport-settings.ts";
import { TLS_SETTINGS } from "./tls-settings.ts";
import { UPSTREAM_SETTINGS } from "./upstream-settings.ts";

/** Every key that is built: the reference page is made of this list. */
export const BUILT_SETTINGS: readonly Setting<unknown>[] = [
  ...PRESET_ANNOTATIONS,
  ...REDIRECT_SETTINGS,
  ...STRICT_TRANSPORT_SETTINGS,
  ...COMPRESSION_SETTINGS,
  ...GUARD_SETTINGS,
  NO_AUTH_LOCATIONS,
  ...PROXY_SETTINGS,
  ...CLIENT_SETTINGS,
  ...TLS_SETTINGS,
  ...UPSTREAM_SETTINGS,
  ...LOG_SETTINGS,
];
