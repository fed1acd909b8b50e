import type { Ingress } from "../../resources/ingress.ts";
import { parseBoolean, PREFIX } from "./annotation.ts";

/** What happens to an Ingress whose annotation is known but not built. */
export type Effect =
  /** Its routes answer 503: it must not be served without what it asks for. */
  | "unavailable"
  /** All routes of its hosts answer 503, those of other Ingresses too: it holds for a host as a whole, in ingress-nginx as well. */
  | "host-unavailable"
  /** It has no routes: a canary would take the paths of the Ingress it accompanies. */
  | "withdrawn"
  /** It is served as if the annotation were not there. */
  | "served";

export interface NotBuilt {
  readonly effect: Effect;
  /** Also the reason of the Event. */
  readonly code: string;
  /** Completes "annotation … ". */
  readonly what: string;
  readonly remedy: string;
  /** In ingress-nginx it makes the paths of its hosts regular expressions, matched in any case. */
  readonly patterns?: true;
}

type Values = Readonly<Record<string, string>>;

interface Row extends NotBuilt {
  readonly names: RegExp;
  /** A value that asks for nothing. */
  readonly harmless?: (value: string, values: Values, ingress: Ingress) => boolean;
}

/** Whether a list of ranges lets every client in, of IPv4 and IPv6. */
export function isEverybody(value: string): boolean {
  const ranges = value.split(",").map((range) => range.trim());
  return (
    ranges.includes("0.0.0.0/0") && ranges.includes("::/0") && ranges.every((range) => /^[\d.:a-fA-F/]+$/.test(range))
  );
}

const isFalse = (value: string): boolean => parseBoolean(value) === false;

const PROTECTS: NotBuilt = {
  effect: "unavailable",
  code: "ProtectionNotBuilt",
  what: "protects its routes and is not built yet, so they answer 503",
  remedy: "Remove the annotation only if the routes may be open to everyone who reaches the gateway",
};
const CHANGES: NotBuilt = {
  effect: "unavailable",
  code: "AnnotationNotBuilt",
  what: "changes what its routes serve and is not built yet, so they answer 503",
  remedy: "Remove the annotation if the routes may be served without it",
};

const SERVED: NotBuilt = {
  effect: "served",
  code: "AnnotationNotBuilt",
  what: "is not built yet and has no effect",
  remedy: "Remove the annotation, or accept that the routes are served without it",
};

/** The first row that names an annotation decides. DECISIONS of failing closed live here and nowhere else. */
const TABLE: readonly Row[] = [
  {
    ...PROTECTS,
    names: /-snippet$/,
    code: "SnippetNotSupported",
    what: "holds nginx directives, which are never run; they may protect its routes, so those answer 503",
    remedy: "Remove the snippet and say what it did with other annotations",
  },
  { ...PROTECTS, names: /^auth-(?:always-set-cookie|keepalive.*)$/, harmless: isFalse },
  { ...PROTECTS, names: /^auth-/ },
  // cert-manager writes the range of everybody on the Ingress of each HTTP-01 challenge.
  { ...PROTECTS, names: /^(?:whitelist|allowlist)-source-range$/, harmless: isEverybody },
  { ...PROTECTS, names: /^(?:whitelist|allowlist|denylist)-/ },
  { ...PROTECTS, names: /^satisfy$/, harmless: asksForNothing },
  { ...PROTECTS, names: /^limit-/, harmless: (value) => /^0+$/.test(value) },
  { ...PROTECTS, names: /^enable-(?:modsecurity|owasp-core-rules)$/, harmless: isFalse },
  { ...PROTECTS, names: /^modsecurity-/, harmless: (_, values) => isFalse(values["enable-modsecurity"] ?? "") },
  // All that exist are built.
  { ...PROTECTS, names: /^proxy-ssl-/ },
  // It takes an Ingress out of what the ConfigMap asks for, which is refused there.
  { ...SERVED, names: /^enable-global-auth$/, harmless: (value) => parseBoolean(value) !== null },
  {
    ...CHANGES,
    names: /^rewrite-target$/,
    patterns: true,
    harmless: (value, _, ingress) => everyPathIs(value, ingress),
  },
  { ...CHANGES, names: /^(?:permanent|temporal)-redirect$/ },
  {
    names: /^canary$/,
    harmless: isFalse,
    effect: "withdrawn",
    code: "CanaryNotBuilt",
    what: "makes this a canary, which is not built yet, so it gets no requests; the Ingress it accompanies gets them all",
    remedy: "Remove the canary, or set the annotation to false to serve it as an Ingress of its own",
  },
  {
    names: /^canary-/,
    // Beside `canary` the one diagnostic is enough.
    harmless: (_, values) => values["canary"] !== undefined && !isFalse(values["canary"]),
    effect: "served",
    code: "AnnotationWithoutEffect",
    what: `has no effect without ${PREFIX}canary: "true"`,
    remedy: "Remove the annotation",
  },
  {
    names: /^(?:app-root|from-to-www-redirect)$/,
    harmless: isFalse,
    effect: "served",
    code: "AnnotationNotBuilt",
    what: "is not built yet: it redirects nothing",
    remedy: "Remove the annotation, or redirect in the application",
  },
];

/** What a known annotation costs that is not built; null when its value asks for nothing. */
export function judgeNotBuilt(name: string, values: Values, ingress: Ingress): NotBuilt | null {
  const value = (values[name] ?? "").trim();
  const row = TABLE.find((candidate) => candidate.names.test(name));
  if (row === undefined) return SERVED;
  return row.harmless?.(value, values, ingress) === true ? null : row;
}

/** Whether the name falls under a group that fails closed, also when no such annotation exists: a typing error must not open a route. */
export function isGuarded(name: string): boolean {
  return TABLE.some((row) => row.effect !== "served" && row.names.test(name));
}

/** Of `satisfy`: one of no protections is not there to be satisfied. */
function asksForNothing(value: string, values: Values): boolean {
  return value === "all" || (value === "any" && !Object.keys(values).some((name) => LETS_IN.test(name)));
}

const LETS_IN = /^(?:auth|whitelist|allowlist|denylist)-/;

/** ingress-nginx rewrites nothing when the target is the path. */
function everyPathIs(target: string, ingress: Ingress): boolean {
  const paths = ingress.spec.rules.flatMap((rule) => rule?.paths ?? []);
  return paths.length > 0 && paths.every((path) => path?.path === target);
}
