// What the annotations of one Ingress ask for.
// In: the annotations under nginx.ingress.kubernetes.io/ and ts-ingress.io/. Out: settings for its routes, a diagnostic for each that is not honoured.
// Never: a route served without a protection it asks for.
import type { ForwardAction, MiddlewareSettings } from "../../../snapshot/route.ts";
import type { Ingress } from "../../resources/ingress.ts";
import { describeHost } from "../hosts.ts";
import type { Problems } from "../problems.ts";
import { ruleHosts } from "../rule-hosts.ts";
import { OWN_PREFIX, PREFIX } from "./annotation.ts";
import type { Annotation, ReadAnnotation } from "./annotation.ts";
import { AnnotationReader } from "./annotation-reader.ts";
import { AUTH_TLS, type ClientCertificatesWish, readAuthTls } from "./auth-tls.ts";
import { type AskedProtocol, askedProtocol, BUILT_PROTOCOLS, backendProtocol } from "./backend-protocol.ts";
import { bodyLimit, proxyBodySize } from "./body-size.ts";
import { readCompression } from "./compression.ts";
import { readDecompression } from "./decompression.ts";
import { defaultBackend } from "./default-backend.ts";
import {
  forceSslRedirect,
  preserveTrailingSlash,
  readHttpsRedirect,
  sslRedirect,
  usePortInRedirects,
} from "./https-redirect.ts";
import { notAllowed } from "./guard.ts";
import type { HttpsRedirect } from "./https-redirect.ts";
import { type IngressDefaults, NO_DEFAULTS } from "./ingress-defaults.ts";
import { KNOWN_NAMES } from "./known-names.ts";
import { judgeNotBuilt } from "./not-built.ts";
import { reportMisspeltPrefixes } from "./misspelt-prefix.ts";
import { OWN_NAMES } from "./own-annotations.ts";
import { type PartialRefusal, refusedInGeneral } from "./refused-in-general.ts";
import { PROXY_SSL, readProxySsl, type UpstreamTlsWish } from "./proxy-ssl.ts";
import { proxyConnectTimeout, proxyReadTimeout, proxySendTimeout, readTimeouts } from "./proxy-timeouts.ts";
import { proxyRequestBuffering, readBuffering } from "./request-buffering.ts";
import { sslPassthrough } from "./ssl-passthrough.ts";
import { remedyForUnknown, remedyForUnknownOwn, reportUnknown } from "./unknown-name.ts";
import { useRegex } from "./use-regex.ts";

/** Every annotation of ingress-nginx that is built: the reference page is made of this list. */
export const BUILT: readonly Annotation<unknown>[] = [
  backendProtocol,
  defaultBackend,
  sslRedirect,
  forceSslRedirect,
  preserveTrailingSlash,
  usePortInRedirects,
  useRegex,
  sslPassthrough,
  proxyBodySize,
  proxyConnectTimeout,
  proxySendTimeout,
  proxyReadTimeout,
  proxyRequestBuffering,
  ...PROXY_SSL,
  ...AUTH_TLS,
];

/** An annotation that protects whole hosts, and is not honoured. */
export interface HostRefusal {
  /** With its prefix. */
  readonly annotation: string;
  /** Completes "…, which". */
  readonly because: string;
}

/** What holds for all routes of one Ingress. */
export interface IngressSettings {
  readonly protocol: AskedProtocol;
  /** The Service that serves while those of its paths have no endpoints; null for none. */
  readonly defaultBackend: string | null;
  readonly httpsRedirect: HttpsRedirect;
  /** TLS connections for its hosts are handed on unopened. */
  readonly passthrough: boolean;
  /** Bytes; null for no limit. */
  readonly requestBodyLimit: number | null;
  /** Milliseconds; null leaves the data plane's defaults. */
  readonly timeouts: NonNullable<ForwardAction["timeouts"]> | null;
  /** The outer first. */
  readonly compression: readonly MiddlewareSettings[];
  /** What becomes of request bodies, the outer first. These come last, so that nothing is received for a request that is turned away. */
  readonly requestBody: readonly MiddlewareSettings[];
  /** Null where there is no Secret for TLS to the upstreams. */
  readonly upstreamTls: UpstreamTlsWish | null;
  /** Null where clients are not asked for certificates. */
  readonly clientCertificates: ClientCertificatesWish | null;
  /** Why every route answers 503; none when they may be served. */
  readonly refusals: readonly string[];
  /** The same for some of its paths. */
  readonly partialRefusals: readonly PartialRefusal[];
  /** For whose sake every route of its hosts answers 503, those of other Ingresses too. */
  readonly hostRefusals: readonly HostRefusal[];
  /** The annotation, with its prefix, that makes the paths of its hosts regular expressions; null when there is none. */
  readonly patterns: string | null;
  /** The annotations, as they are written, that protect its routes and are not honoured. */
  readonly protections: readonly string[];
  /** The Ingress must not claim any host or path. */
  readonly withdrawn: boolean;
}

/**
 * Reads all annotations of an Ingress that is ours.
 * @param className the class it is served under, null for none
 * @param defaults what holds where it says nothing
 */
export function readAnnotations(
  ingress: Ingress,
  className: string | null,
  problems: Problems,
  defaults: IngressDefaults = NO_DEFAULTS,
): IngressSettings {
  const reader = new AnnotationReader(PREFIX, ingress, problems, defaults.presets);
  const own = new AnnotationReader(OWN_PREFIX, ingress, problems);
  const { values } = reader;
  const read: ReadAnnotation = (annotation) => reader.read(annotation);
  const refusals: string[] = [];
  const hostRefusals: HostRefusal[] = [];
  const protections: string[] = [];
  let patterns = read(useRegex) ? `${PREFIX}${useRegex.name}` : null;
  let withdrawn = false;

  for (const [index, name] of reader.names.entries()) {
    if (BUILT.some((annotation) => annotation.name === name)) continue;
    if (!KNOWN_NAMES.includes(name)) {
      const refusal = reportUnknown(reader, name, remedyForUnknown(name, index));
      if (refusal !== null) {
        refusals.push(refusal);
        protections.push(`${PREFIX}${name}`);
      }
      continue;
    }
    const judged = judgeNotBuilt(name, values, ingress);
    if (judged === null) continue;
    const what =
      judged.effect === "host-unavailable"
        ? `${judged.what}, so all routes of ${ruleHosts(ingress).map(describeHost).join(", ")} answer 503, those of other Ingresses too`
        : judged.what;
    const said = reader.say(name, judged.effect === "served" ? "warning" : "error", judged.code, what, judged.remedy);
    if (judged.effect === "unavailable" || judged.effect === "host-unavailable") refusals.push(said);
    if (judged.effect === "host-unavailable")
      hostRefusals.push({ annotation: `${PREFIX}${name}`, because: "is not built yet" });
    if (judged.effect === "withdrawn") withdrawn = true;
    if (judged.patterns === true) patterns ??= `${PREFIX}${name}`;
    if (judged.effect === "unavailable" && judged.code !== "AnnotationNotBuilt") protections.push(`${PREFIX}${name}`);
  }

  for (const [index, name] of own.names.filter((one) => !OWN_NAMES.includes(one)).entries()) {
    const refusal = reportUnknown(own, name, remedyForUnknownOwn(name, index));
    if (refusal === null) continue;
    refusals.push(refusal);
    protections.push(`${OWN_PREFIX}${name}`);
  }

  refusals.push(...notAllowed(reader, defaults.guard));
  for (const { annotation, why } of reportMisspeltPrefixes(ingress, problems)) {
    refusals.push(why);
    protections.push(annotation);
  }
  const general = refusedInGeneral(reader, defaults.refusals);
  refusals.push(...general.whole);

  const passthrough = reader.demand(sslPassthrough, (why) => void refusals.push(why));
  const upstreamTls = readProxySsl(reader, (why) => void refusals.push(why));
  const clientCertificates = readAuthTls(reader, (name, why) => {
    refusals.push(why);
    hostRefusals.push({ annotation: `${PREFIX}${name}`, because: NOT_HONOURED });
  });
  const protocol = read(backendProtocol);
  if (protocol === "FCGI") {
    const what = "is FCGI, which is not built, so its routes answer 503";
    refusals.push(reader.say(backendProtocol.name, "error", "AnnotationNotBuilt", what, `Use ${BUILT_PROTOCOLS}`));
  } else if (
    protocol !== null &&
    protocol !== "HTTP" &&
    protocol !== "GRPC" &&
    upstreamTls?.verify !== true &&
    refusals.length === 0
  ) {
    const what = `is ${protocol}: the certificate of the upstream is not verified`;
    reader.say(backendProtocol.name, "info", "UpstreamNotVerified", what, "Keep the upstream on a network you trust");
  }
  return {
    protocol: protocol === "FCGI" ? "http" : askedProtocol(protocol),
    defaultBackend: read(defaultBackend),
    httpsRedirect: readHttpsRedirect(read),
    passthrough,
    requestBodyLimit: bodyLimit(read(proxyBodySize), className),
    timeouts: readTimeouts(read),
    compression: readCompression(own, defaults.compression),
    requestBody: [readDecompression(own), readBuffering(read, reader, own)].filter((one) => one !== null),
    upstreamTls,
    clientCertificates,
    refusals,
    partialRefusals: general.partial,
    hostRefusals,
    patterns,
    protections,
    withdrawn,
  };
}

export const NOT_HONOURED = "asks for what cannot be given";
