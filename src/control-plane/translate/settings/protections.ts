import { CHALLENGES } from "../annotations/https-redirect.ts";
import type { GeneralRefusal } from "../annotations/ingress-defaults.ts";
import { nearestName } from "../../nearest-name.ts";
import { judgeSetting } from "./not-built-settings.ts";
import { LIKE_A_PROTECTION } from "./protecting.ts";
import { parseLocations } from "./redirect-settings.ts";
import type { Setting } from "./setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

export const NO_AUTH_LOCATIONS: Setting<readonly string[]> = {
  name: "no-auth-locations",
  fallback: [CHALLENGES],
  docs: "Beginnings of paths, without dots and doubled slashes, that `global-auth-url` does not hold for.",
  expected: "a list of beginnings of paths, separated by commas",
  parse: parseLocations,
};

export interface StreamsRefusal {
  readonly message: string;
  readonly remedy: string;
}

/** What must not be served for the sake of keys that are not honoured. */
export interface Refused {
  readonly refusals: readonly GeneralRefusal[];
  /** Why no TCP and UDP service is served; null where they are. */
  readonly streams: StreamsRefusal | null;
}

/** Tells of all keys that are not built or do not exist, and what must not be served for their sake. @param built names of those that are read elsewhere */
export function judgeOthers(reader: SettingsReader, built: readonly string[], known: readonly string[]): Refused {
  const refusals: GeneralRefusal[] = [];
  let streams: StreamsRefusal | null = null;
  const exempt = reader.read(NO_AUTH_LOCATIONS);
  for (const key of reader.keys) {
    if (built.includes(key)) continue;
    if (!known.includes(key)) {
      const refusal = reportUnknown(reader, key, [...built, ...known]);
      if (refusal !== null) refusals.push(refusal);
      continue;
    }
    const judged = judgeSetting(key, (other) => reader.textOf(other));
    if (judged === null) continue;
    const { severity, code, what, remedy, effect, except, exemptsLocations } = judged;
    reader.say(key, severity, code, what, remedy);
    const source = reader.nameOf(key);
    if (effect === "streams-unavailable") streams ??= { message: `${source} ${what}`, remedy };
    if (effect !== "unavailable") continue;
    refusals.push({ source, because: what, remedy, ...except, ...(exemptsLocations === true ? { exempt } : {}) });
  }
  return { refusals, streams };
}

function reportUnknown(reader: SettingsReader, key: string, known: readonly string[]): GeneralRefusal | null {
  const nearest = nearestName(key, known);
  const remedy = nearest === null ? "Remove the key" : `Did you mean ${nearest}? Correct the key`;
  if (!LIKE_A_PROTECTION.test(key)) {
    reader.say(key, "warning", "SettingUnknown", "does not exist and has no effect", remedy);
    return null;
  }
  const because = "does not exist, but is named like one that protects all routes, so they answer 503";
  reader.say(key, "error", "ProtectionUnknown", because, remedy);
  return { source: reader.nameOf(key), because, remedy };
}
