import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import type { Presets } from "./annotation-reader.ts";
import type { Guard } from "./guard.ts";

/** A protection of the whole gateway that it cannot give: what must not be served without it answers 503. */
export interface GeneralRefusal {
  /** "key whitelist-source-range of ConfigMap ingress-nginx/controller" */
  readonly source: string;
  /** Completes that sentence. */
  readonly because: string;
  readonly remedy: string;
  /** Annotations with which an Ingress says for itself what the protection is, without prefix. */
  readonly unless?: readonly string[];
  /** One that takes the Ingress out of it when it is false. */
  readonly unlessFalse?: string;
  /** Beginnings of paths, in normal form, that it does not hold for. */
  readonly exempt?: readonly string[];
}

/** What holds for each Ingress as long as its annotations do not say otherwise. */
export interface IngressDefaults {
  readonly presets: Presets;
  /** How responses are compressed, the outer first. */
  readonly compression: readonly MiddlewareSettings[];
  /** What annotations may say. */
  readonly guard: Guard;
  readonly refusals: readonly GeneralRefusal[];
}

export const NO_DEFAULTS: IngressDefaults = {
  presets: {},
  compression: [],
  guard: { risk: "High", words: [] },
  refusals: [],
};
