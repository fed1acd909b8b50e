// What the annotations of one Ingress ask for.
// In: the annotations under nginx.ingress.kubernetes.io/. Out: settings for its routes, a diagnostic for each that is not honoured.
// Never: a route served without a protection it asks for.
import type { ForwardAction } from "../../../snapshot/route.ts";
import type { UpstreamProtocol } from "../../../snapshot/upstream.ts";
import type { Ingress } from "../../resources/ingress.ts";
import type { Severity } from "../diagnostic.ts";
import { describeHost } from "../hosts.ts";
import { originOf } from "../place.ts";
import type { Problems } from "../problems.ts";
import { ruleHosts } from "../rule-hosts.ts";
import { PREFIX } from "./annotation.ts";
import type { Annotation } from "./annotation.ts";
import { backendProtocol } from "./backend-protocol.ts";
import { bodyLimit, proxyBodySize } from "./body-size.ts";
import {
  forceSslRedirect,
  preserveTrailingSlash,
  readHttpsRedirect,
  sslRedirect,
  usePortInRedirects,
} from "./https-redirect.ts";
import type { HttpsRedirect } from "./https-redirect.ts";
import { KNOWN_NAMES, REMOVED_NAMES } from "./known-names.ts";
import { nearestName } from "./nearest-name.ts";
import { isGuarded, judgeNotBuilt } from "./not-built.ts";
import { proxyConnectTimeout, proxyReadTimeout, proxySendTimeout, readTimeouts } from "./proxy-timeouts.ts";

/** Every annotation that is built: the reference page is made of this list. */
export const BUILT: readonly Annotation<unknown>[] = [
  backendProtocol,
  sslRedirect,
  forceSslRedirect,
  preserveTrailingSlash,
  usePortInRedirects,
  proxyBodySize,
  proxyConnectTimeout,
  proxySendTimeout,
  proxyReadTimeout,
];

/** What holds for all routes of one Ingress. */
export interface IngressSettings {
  readonly protocol: UpstreamProtocol;
  readonly httpsRedirect: HttpsRedirect;
  /** Bytes; null for no limit. */
  readonly requestBodyLimit: number | null;
  /** Milliseconds; null leaves the data plane's defaults. */
  readonly timeouts: NonNullable<ForwardAction["timeouts"]> | null;
  /** Why every route answers 503; null when they may be served. */
  readonly refusal: string | null;
  /** The annotation for whose sake every route of its hosts answers 503, those of other Ingresses too; null when there is none. */
  readonly hostRefusal: string | null;
  /** The Ingress must not claim any host or path. */
  readonly withdrawn: boolean;
}

/** Reads all annotations of an Ingress that is ours. `className` is the class it is served under, null for none. */
export function readAnnotations(ingress: Ingress, className: string | null, problems: Problems): IngressSettings {
  const values = prefixed(ingress);
  const refusals: string[] = [];
  let hostRefusal: string | null = null;
  let withdrawn = false;

  function say(name: string, severity: Severity, code: string, what: string, remedy: string): string {
    const message = `annotation ${PREFIX}${name} ${what}`;
    const object = originOf(ingress, ["metadata", "annotations", `${PREFIX}${name}`]);
    problems.add({ severity, code, scope: "object", object, message, remedy });
    return `${message}. ${remedy}`;
  }

  function read<Value>(annotation: Annotation<Value>): Value {
    const text = values[annotation.name];
    if (text === undefined) return annotation.fallback;
    const value = annotation.parse(text.trim());
    if (value !== null) return value;
    const what = `is ${JSON.stringify(text)} but must be ${annotation.expected}; the default holds`;
    say(annotation.name, "warning", "AnnotationInvalid", what, `Write ${annotation.expected}`);
    return annotation.fallback;
  }

  for (const name of Object.keys(values).toSorted()) {
    if (BUILT.some((annotation) => annotation.name === name)) continue;
    if (!KNOWN_NAMES.includes(name) && isGuarded(name)) {
      const what = "does not exist, but is named like one that protects its routes, so they answer 503";
      refusals.push(say(name, "error", "ProtectionUnknown", what, remedyForUnknown(name)));
      continue;
    }
    if (!KNOWN_NAMES.includes(name)) {
      say(name, "warning", "AnnotationUnknown", "does not exist and has no effect", remedyForUnknown(name));
      continue;
    }
    const judged = judgeNotBuilt(name, values, ingress);
    if (judged === null) continue;
    const what =
      judged.effect === "host-unavailable"
        ? `${judged.what}, so all routes of ${ruleHosts(ingress).map(describeHost).join(", ")} answer 503, those of other Ingresses too`
        : judged.what;
    const said = say(name, judged.effect === "served" ? "warning" : "error", judged.code, what, judged.remedy);
    if (judged.effect === "unavailable" || judged.effect === "host-unavailable") refusals.push(said);
    if (judged.effect === "host-unavailable") hostRefusal ??= `${PREFIX}${name}`;
    if (judged.effect === "withdrawn") withdrawn = true;
  }

  const protocol = read(backendProtocol);
  if (protocol !== "HTTP" && protocol !== "HTTPS") {
    const what = `is ${protocol}, which is not built yet, so its routes answer 503`;
    refusals.push(say(backendProtocol.name, "error", "AnnotationNotBuilt", what, "Use HTTP or HTTPS"));
  } else if (protocol === "HTTPS" && refusals.length === 0) {
    const what = "is HTTPS: the certificate of the upstream is not verified";
    say(backendProtocol.name, "info", "UpstreamNotVerified", what, "Keep the upstream on a network you trust");
  }
  return {
    protocol: protocol === "HTTPS" ? "https" : "http",
    httpsRedirect: readHttpsRedirect(read),
    requestBodyLimit: bodyLimit(read(proxyBodySize), className),
    timeouts: readTimeouts(read),
    refusal: refusals[0] ?? null,
    hostRefusal,
    withdrawn,
  };
}

function prefixed(ingress: Ingress): Record<string, string> {
  const entries = Object.entries(ingress.metadata.annotations).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(PREFIX.length), value]));
}

function remedyForUnknown(name: string): string {
  const replacement = Object.hasOwn(REMOVED_NAMES, name) ? REMOVED_NAMES[name] : undefined;
  if (replacement !== undefined) return replacement;
  const nearest = nearestName(name, KNOWN_NAMES);
  return nearest === null ? "Remove the annotation" : `Did you mean ${PREFIX}${nearest}? Correct the name`;
}
