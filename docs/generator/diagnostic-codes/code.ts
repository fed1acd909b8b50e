import type { Scope, Severity } from "../../../src/control-plane/translate/diagnostic.ts";

/** What a code stands for; the message of a diagnostic names the object, the field and the value. */
export interface DiagnosticCode {
  readonly severities: readonly Severity[];
  readonly scope: Scope;
  /** When it is reported, as one sentence. */
  readonly when: string;
  readonly remedy: string;
}

export type Codes = Readonly<Record<string, DiagnosticCode>>;

export function error(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["error"], scope, when, remedy };
}

export function warning(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["warning"], scope, when, remedy };
}

export function info(when: string, remedy: string, scope: Scope = "object"): DiagnosticCode {
  return { severities: ["info"], scope, when, remedy };
}
