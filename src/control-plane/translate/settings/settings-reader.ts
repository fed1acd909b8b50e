import type { ConfigMap } from "../../resources/config-map.ts";
import { keyOf } from "../../resources/resource-key.ts";
import type { Severity } from "../diagnostic.ts";
import { originOf } from "../place.ts";
import type { Problems } from "../problems.ts";
import type { Setting } from "./setting.ts";

/** The keys of the ConfigMap with the settings, and how problems with them are told. */
export class SettingsReader {
  readonly #map: ConfigMap;
  readonly #problems: Problems;

  constructor(map: ConfigMap, problems: Problems) {
    this.#map = map;
    this.#problems = problems;
  }

  /** Sorted, so that the same ConfigMap gives the same diagnostics. */
  get keys(): string[] {
    return Object.keys(this.#map.data).toSorted();
  }

  /** The value of a key without space around; "" where it is absent, which asks for nothing either. */
  textOf(key: string): string {
    return Object.hasOwn(this.#map.data, key) ? (this.#map.data[key] ?? "").trim() : "";
  }

  /** For messages about other objects. */
  nameOf(key: string): string {
    return `key ${key} of ConfigMap ${keyOf(this.#map)}`;
  }

  /** Reports a problem of one key. */
  say(key: string, severity: Severity, code: string, what: string, remedy: string): void {
    const message = `key ${key} ${what}`;
    const object = originOf(this.#map, ["data", key]);
    this.#problems.add({ severity, code, scope: "object", object, message, remedy });
  }

  /** The value of a declared key; an invalid one is reported and the fallback holds. An empty one is absent, unless it is a value. */
  read<Value>(setting: Setting<Value>): Value {
    if (!Object.hasOwn(this.#map.data, setting.name)) return setting.fallback;
    const text = this.textOf(setting.name);
    const value = setting.parse(text);
    if (value !== null) return value;
    if (text !== "") {
      const holds = setting.whenInvalid ?? "the default holds";
      const what = `is ${JSON.stringify(text)} but must be ${setting.expected}; ${holds}`;
      this.say(setting.name, "warning", "SettingInvalid", what, `Write ${setting.expected}`);
    }
    return setting.fallback;
  }
}
