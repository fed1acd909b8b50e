import { isDeepStrictEqual } from "node:util";
import { Remembered } from "../../remembered.ts";
import type { ConfigMap } from "../../resources/config-map.ts";
import { keyOf } from "../../resources/resource-key.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { SettingsOptions } from "../options.ts";
import { Problems } from "../problems.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings } from "./settings.ts";

/** Reads the settings once a version of their ConfigMap. They stay the same value as long as they say the same. */
export class KeptSettings {
  readonly #options: SettingsOptions;
  readonly #read = new Remembered<{ readonly settings: Settings; readonly diagnostics: readonly Diagnostic[] }>();
  #settings = DEFAULT_SETTINGS;

  constructor(options: SettingsOptions) {
    this.#options = options;
  }

  of(configMaps: readonly ConfigMap[], problems: Problems): Settings {
    const { configMap: name } = this.#options;
    if (name === undefined) return this.#settings;
    const map = configMaps.find((one) => keyOf(one) === name);
    const { settings, diagnostics } = this.#read.of([map], () => {
      const found = new Problems();
      return { settings: readSettings(map, this.#options, found), diagnostics: found.found };
    });
    problems.addAll(diagnostics);
    if (!isDeepStrictEqual(settings, this.#settings)) this.#settings = settings;
    return this.#settings;
  }
}
