import type { Origin } from "../../snapshot/origin.ts";

/** `error`: something asked for is not served. `warning`: served, but probably not as meant. `info`: worth knowing. */
export type Severity = "error" | "warning" | "info";

/**
 * `object`: wrong in itself. `conflict`: clashes with another object. `reference`: points to something that is not there (yet).
 * The validating webhook refuses errors of the first two only, since a Service or Secret may come a second later.
 */
export type Scope = "object" | "conflict" | "reference";

/** A problem with an object, as data: the log, Events, status and `check` all print the same list. */
export interface Diagnostic {
  readonly severity: Severity;
  /** PascalCase, also the reason of the Event: "ServiceNotFound". */
  readonly code: string;
  readonly scope: Scope;
  /** The object it belongs to, with file and line where known. A file that is not YAML has kind "File". */
  readonly object: Origin;
  /** What is wrong, naming the field and the value. One sentence, no trailing full stop. */
  readonly message: string;
  /** What to do about it. One sentence, imperative. */
  readonly remedy: string;
}
