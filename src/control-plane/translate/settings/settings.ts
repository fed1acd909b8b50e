// Settings of the whole gateway, from the ConfigMap that `--configmap` names, with the keys of ingress-nginx.
// In: that ConfigMap. Out: one value of plain data that all of translating goes by, and a diagnostic for each key that is not honoured.
// Never: a route served without a protection that a key asks for; a bad key that costs more than itself.
import type { ServingSetting } from "../../../snapshot/serving-setting.ts";
import type { ConfigMap } from "../../resources/config-map.ts";
import { type IngressDefaults, NO_DEFAULTS } from "../annotations/ingress-defaults.ts";
import type { SettingsOptions } from "../options.ts";
import type { Problems } from "../problems.ts";
import { BUILT_SETTINGS } from "./built-settings.ts";
import { readCompressionSettings } from "./compression-settings.ts";
import { readGuard } from "./guard-settings.ts";
import { NOT_BUILT } from "./not-built-settings.ts";
import { readPresets } from "./presets.ts";
import { judgeOthers, type StreamsRefusal } from "./protections.ts";
import { httpRedirectCode, noTlsRedirectLocations, readRedirects, type RedirectSettings } from "./redirect-settings.ts";
import { readServing } from "./serving-settings.ts";
import { SettingsReader } from "./settings-reader.ts";
import { DEFAULT_STRICT_TRANSPORT, readStrictTransport, type StrictTransport } from "./strict-transport-settings.ts";

/** What the whole gateway goes by. Plain data. */
export interface Settings {
  readonly defaults: IngressDefaults;
  readonly redirects: RedirectSettings;
  readonly strictTransport: StrictTransport;
  /** How the data plane is to serve. */
  readonly serving: readonly ServingSetting[];
  /** Why no TCP and UDP service is served; null where they are. */
  readonly streamsRefused: StreamsRefusal | null;
}

/** What holds without a ConfigMap. */
export const DEFAULT_SETTINGS: Settings = {
  defaults: NO_DEFAULTS,
  redirects: { code: httpRedirectCode.fallback, exempt: noTlsRedirectLocations.fallback },
  strictTransport: DEFAULT_STRICT_TRANSPORT,
  serving: [],
  streamsRefused: null,
};

const BUILT_KEYS = BUILT_SETTINGS.map(({ name }) => name);
const NOT_BUILT_KEYS = NOT_BUILT.flatMap(({ keys }) => Object.keys(keys));

/** Reads the settings. A key that is wrong is reported, and its default holds. @param map undefined where there is none of that name */
export function readSettings(map: ConfigMap | undefined, options: SettingsOptions, problems: Problems): Settings {
  if (map === undefined) {
    const { configMap: name } = options;
    problems.add({
      severity: "warning",
      code: "SettingsNotFound",
      scope: "reference",
      object: { kind: "Flag", namespace: "", name: `--configmap ${name}` },
      message: `there is no ConfigMap ${name}, so all settings have their defaults`,
      remedy: "Create the ConfigMap, or correct the flag",
    });
    return DEFAULT_SETTINGS;
  }
  const reader = new SettingsReader(map, problems);
  const { refusals, streams } = judgeOthers(reader, BUILT_KEYS, NOT_BUILT_KEYS);
  return {
    defaults: {
      presets: readPresets(reader),
      compression: readCompressionSettings(reader),
      guard: readGuard(reader),
      refusals,
    },
    redirects: readRedirects(reader),
    strictTransport: readStrictTransport(reader),
    serving: readServing(reader, options),
    streamsRefused: streams,
  };
}
