import type { Catalogue } from "./catalogue.ts";
import type { ServiceMap, TranslateOptions } from "./options.ts";
import type { Problems } from "./problems.ts";

/** What every step of one translation needs. */
export interface Translating {
  readonly options: TranslateOptions;
  readonly catalogue: Catalogue;
  readonly problems: Problems;
  /** Maps that some backend asked for; the others are reported at the end. */
  readonly usedMaps: Set<ServiceMap>;
}
