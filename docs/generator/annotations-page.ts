import type { Ingress } from "../../src/control-plane/resources/ingress.ts";
import { OWN_PREFIX, PREFIX, type Annotation } from "../../src/control-plane/translate/annotations/annotation.ts";
import { BUILT } from "../../src/control-plane/translate/annotations/annotations.ts";
import { bodyLimit } from "../../src/control-plane/translate/annotations/body-size.ts";
import { KNOWN_NAMES, REMOVED_NAMES } from "../../src/control-plane/translate/annotations/known-names.ts";
import { judgeNotBuilt, type Effect, type NotBuilt } from "../../src/control-plane/translate/annotations/not-built.ts";
import { OWN_ANNOTATIONS } from "../../src/control-plane/translate/annotations/own-annotations.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "../../src/data-plane/limits.ts";
import { DEFAULT_MIN_LENGTH, DEFAULT_TYPES } from "../../src/data-plane/middleware/compressible.ts";
import { DEFAULT_RATIO } from "../../src/data-plane/middleware/decompress-request.ts";
import { code, duration, table } from "./markdown.ts";

/** The timeout of the data plane that holds where the annotation is absent. */
export const ANNOTATION_OF_TIMEOUT: Readonly<Record<string, keyof Timeouts>> = {
  "proxy-connect-timeout": "connect",
  "proxy-send-timeout": "upstreamWrite",
  "proxy-read-timeout": "upstreamRead",
};

const INTRODUCTION = `# Annotations

ts-ingress reads the annotations of ingress-nginx, under \`${PREFIX}\`. This page lists every annotation of ingress-nginx 1.15.1 and what
happens to it here, then [our own](#our-own). Names are written without the prefix.

Beside them \`kubernetes.io/ingress.class\` on an Ingress names its class where \`spec.ingressClassName\` does not, and
\`ingressclass.kubernetes.io/is-default-class\` on an IngressClass makes it the default.

An annotation never fails silently: one that is invalid, unknown or not built is a [diagnostic](diagnostics.md).

## Built

An invalid value is a warning (\`AnnotationInvalid\`), and the default holds. Where it protects the routes it is an error
(\`ProtectionInvalid\`), and they answer 503.
`;

const HEADINGS: Readonly<Record<Effect, string>> = {
  unavailable: `## Not built: the routes answer 503

An Ingress that asks for a protection, or for something else that decides what it serves, is not served without it. All its routes answer
503, with an error. The same holds for any other name that begins with auth-, limit-, modsecurity- or proxy-ssl-, or ends
in -snippet. A typing error elsewhere in a name is a warning.
Where \`rewrite-target\` makes paths regular expressions, what they match answers 503, in the order of ingress-nginx: see \`use-regex\`.
Behind "unless" stands the value, or the annotation beside it, with which an annotation asks for nothing: then nothing happens.

What the diagnostic says of them, its code, and their names:
`,
  "host-unavailable": `## Not built: everything on its hosts answers 503

All routes of a host answer 503, those of other Ingresses too, with an error (\`HostUnavailable\`), where \`auth-tls-secret\` cannot be
honoured, and where some Ingress makes paths regular expressions and some Ingress asks for a protection of the list above: all paths of
the host are expressions then, one may match what another is meant to protect, and RE2 is not PCRE to the last.
`,
  withdrawn: `## Not built: the Ingress gets no requests

A canary would take the paths of the Ingress it accompanies. It is left out, with an error.
`,
  served: `## Not built: served as if it were not there

These are warnings.
`,
};

const OWN = `## Our own

For what ingress-nginx has no annotation for, under \`${OWN_PREFIX}\`. An invalid value is a warning here too.
\`compress-types\` has by default those that ingress-nginx has: ${DEFAULT_TYPES.map(code).join(", ")}.
`;

const REMOVED = `## Removed from ingress-nginx

Names that ingress-nginx no longer knows but manifests still have. They have no effect; the warning (\`AnnotationUnknown\`) says what to do.
`;

export function annotationsPage(): string {
  const effects = (Object.keys(HEADINGS) as Effect[]).map((effect) => notBuilt(effect));
  const removed = Object.entries(REMOVED_NAMES).map(([name, remedy]) => [code(name), `${remedy}.`]);
  return [
    INTRODUCTION,
    tableOf(BUILT),
    ...effects,
    REMOVED,
    table(["Annotation", "What to do"], removed),
    OWN,
    tableOf(OWN_ANNOTATIONS),
  ].join("\n\n");
}

function tableOf(annotations: readonly Annotation<unknown>[]): string {
  const rows = annotations.map((one) => [code(one.name), one.expected, defaultOf(one), one.docs]);
  return table(["Annotation", "Value", "Default", "What it does"], rows);
}

/** What holds where it is absent. */
export function defaultOf({ name, fallback, expected }: Annotation<unknown>): string {
  const timeout = ANNOTATION_OF_TIMEOUT[name];
  if (timeout !== undefined) return duration(DEFAULT_TIMEOUTS[timeout]);
  if (name === "proxy-body-size") return `${bodyLimit(null, "nginx")} for class nginx, else no limit`;
  if (name === "compress") return "no compression";
  if (name === "compress-types") return "see above";
  if (name === "compress-min-length") return String(DEFAULT_MIN_LENGTH);
  if (name === "decompress-request-max-ratio") return String(DEFAULT_RATIO);
  if (name === "backend-protocol") return "appProtocol, else HTTP";
  if (expected === "on or off") return fallback === true ? "on" : "off";
  if (fallback === null) return "none";
  if (Array.isArray(fallback)) return fallback.join(" ");
  return typeof fallback === "string" ? fallback : JSON.stringify(fallback);
}

/** One item for all annotations of which the same is to be said. */
function notBuilt(effect: Effect): string {
  const groups = new Map<string, string[]>();
  for (const name of KNOWN_NAMES.filter((known) => BUILT.every((built) => built.name !== known))) {
    for (const { judged, named } of judgements(name)) {
      if (judged.effect !== effect) continue;
      const says = `_${judged.what}_ (${code(judged.code)})`;
      groups.set(says, [...(groups.get(says) ?? []), named]);
    }
  }
  const items = [...groups].map(([says, names]) => `- ${says}:\n  ${names.join(", ")}`);
  return [HEADINGS[effect], ...items].join("\n").trimEnd();
}

interface Judgement {
  readonly judged: NotBuilt;
  /** The name with its conditions. */
  readonly named: string;
}

/** What the annotation costs by itself. */
function judgements(name: string): Judgement[] {
  const alone = judge(name, ASKING);
  const nothing = harmless(name);
  const unless = nothing === "" ? "" : ` (unless ${nothing})`;
  return alone === null ? [] : [{ judged: alone, named: code(name) + unless }];
}

/** A value that asks for whatever the annotation does. */
const ASKING = "something";
const HARMLESS = ["off", "all", "false", "0", "0.0.0.0/0,::/0"];
const COMPANIONS: readonly (readonly [string, string])[] = [["enable-modsecurity", "false"]];

/** The values, and annotations beside it, with which the annotation asks for nothing: found by asking the code. */
function harmless(name: string): string {
  const value = HARMLESS.find((candidate) => judge(name, candidate) === null);
  const companion = COMPANIONS.find(([other, off]) => other !== name && judge(name, ASKING, [other, off]) === null);
  return [
    ...(value === undefined ? [] : [code(value)]),
    ...(judge(name, OWN_PATH) === null ? ["the path of its rules"] : []),
    ...(companion === undefined ? [] : [`beside ${code(`${companion[0]}: "${companion[1]}"`)}`]),
  ].join(", or ");
}

function judge(name: string, value: string, companion?: readonly [string, string]): NotBuilt | null {
  const values = { ...(companion === undefined ? {} : { [companion[0]]: companion[1] }), [name]: value };
  return judgeNotBuilt(name, values, INGRESS);
}

const OWN_PATH = "/cart";
const INGRESS: Ingress = {
  kind: "Ingress",
  metadata: { name: "web", namespace: "shop", creationTimestamp: null, annotations: {}, labels: {} },
  spec: { rules: [{ paths: [{ path: OWN_PATH, pathType: "Prefix", backend: {} }] }], tls: [] },
};
