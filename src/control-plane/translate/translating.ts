import type { Catalogue } from "./catalogue.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { KnownEndpoints } from "./known-endpoints.ts";
import type { ServiceMap, TranslateOptions } from "./options.ts";
import type { Problems } from "./problems.ts";
import type { Settings } from "./settings/settings.ts";

/** What every step of one translation needs. */
export interface Translating {
  readonly options: TranslateOptions;
  /** One value as long as they say the same: when it is another one everything is translated anew. */
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly problems: Problems;
  /** Maps that some backend asked for; the others are reported at the end. */
  readonly usedMaps: Set<ServiceMap>;
  readonly knownEndpoints: KnownEndpoints;
}

/** What a step made, and all it had to say: it is said again each time the same is used again. */
export interface Said<Value> {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
  readonly usedMaps: readonly ServiceMap[];
}
