import type { ConfigMap } from "../../src/control-plane/resources/config-map.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";
import type { SettingsOptions } from "../../src/control-plane/translate/options.ts";
import { Problems } from "../../src/control-plane/translate/problems.ts";
import { readSettings, type Settings } from "../../src/control-plane/translate/settings/settings.ts";

/** A ConfigMap, "namespace/name". */
export function configMap(key: string, data: Readonly<Record<string, string>>): ConfigMap {
  const [namespace = "", name = ""] = key.split("/");
  return {
    kind: "ConfigMap",
    metadata: { name, namespace, creationTimestamp: null, annotations: {}, labels: {} },
    data,
  };
}

/** What these keys mean, and what there is to say about them. */
export function settingsOf(
  data: Readonly<Record<string, string>>,
  options: SettingsOptions = {},
): {
  readonly settings: Settings;
  readonly diagnostics: readonly Diagnostic[];
  /** "SettingInvalid proxy-body-size" */
  readonly said: readonly string[];
} {
  const problems = new Problems();
  const settings = readSettings(configMap("ns/settings", data), { configMap: "ns/settings", ...options }, problems);
  const said = problems.found.map(({ code, message }) => `${code} ${message.split(" ")[1]}`);
  return { settings, diagnostics: problems.found, said };
}
