import type { GeneralRefusal } from "../annotations/ingress-defaults.ts";
import type { Severity } from "../diagnostic.ts";

/** Keys of ingress-nginx that are known but not built, and what it costs when one asks for something. */
export interface NotBuiltRow {
  /** What answers 503 since it must not be served without it: all routes; all TCP and UDP services; nothing. */
  readonly effect: "unavailable" | "streams-unavailable" | "served";
  readonly severity: Severity;
  readonly code: string;
  /** Completes "key … ". */
  readonly what: string;
  readonly remedy: string;
  /** With the values that ask for nothing: ingress-nginx's default, mostly. An empty one does not either. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** More of them. @param textOf the value of another key, "" where it is absent */
  readonly harmless?: (value: string, textOf: (key: string) => string) => boolean;
  /** Which Ingresses are served all the same. */
  readonly except?: Pick<GeneralRefusal, "unless" | "unlessFalse">;
  /** Paths under `no-auth-locations` are served all the same. */
  readonly exemptsLocations?: boolean;
}
