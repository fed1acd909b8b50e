import type { Upstream } from "../../../snapshot/upstream.ts";
import type { FieldPath } from "../../resources/field-path.ts";
import type { Ingress } from "../../resources/ingress.ts";
import { PREFIX } from "../annotations/annotation.ts";
import { sslPassthrough } from "../annotations/ssl-passthrough.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { IngressPlan } from "../ingress-plan.ts";
import { namedWithPlace, originOf } from "../place.ts";
import type { Problems } from "../problems.ts";

/** A host whose TLS connections are handed on. */
interface Passed {
  readonly host: string;
  readonly asker: IngressPlan;
  readonly upstream: Upstream;
}

type Say = (field: FieldPath, problem: Omit<Diagnostic, "object">) => void;

/** Tells every Ingress of the host what of it is without effect on TLS connections. @param plans those of the host */
export function reportEffects(passed: Passed, plans: readonly IngressPlan[], problems: Problems): void {
  for (const { ingress, settings } of plans) {
    const say: Say = (field, problem) => problems.add({ ...problem, object: originOf(ingress, field) });
    const paths = pathsBeside(ingress, passed.host);
    if (settings.passthrough) {
      reportHost(passed, say);
      for (const { path, field } of paths) reportPath(passed, path, field, say);
    } else if (paths.length > 0 || hasRoot(ingress, passed.host)) reportOther(passed, say);
    reportSecrets(passed, ingress, say);
  }
}

function reportHost({ host, upstream }: Passed, say: Say): void {
  say(["metadata", "annotations", `${PREFIX}${sslPassthrough.name}`], {
    severity: "info",
    code: "TlsPassedThrough",
    scope: "object",
    message: `TLS connections for host ${host} are handed on unopened to Service ${serviceOf(upstream)}: other annotations hold for plain HTTP alone`,
    remedy: "Remove the annotation if the gateway may open TLS",
  });
}

function reportPath({ host, upstream }: Passed, path: string, field: FieldPath, say: Say): void {
  say(field, {
    severity: "warning",
    code: "PathBesidePassthrough",
    scope: "object",
    message: `path ${path} of host ${host} is served over plain HTTP alone: TLS connections go to Service ${serviceOf(upstream)} of path /, whatever they ask for`,
    remedy: "Move the path to a host of its own, or let that Service serve it",
  });
}

function reportOther({ host, asker, upstream }: Passed, say: Say): void {
  const by = namedWithPlace(originOf(asker.ingress));
  say(["spec", "rules"], {
    severity: "warning",
    code: "HostPassedByOther",
    scope: "conflict",
    message: `TLS connections for host ${host} are handed on unopened to Service ${serviceOf(upstream)}, as ${by} asks: this Ingress serves the host over plain HTTP alone`,
    remedy: `Move one of the two to another host, or remove ${PREFIX}${sslPassthrough.name} there`,
  });
}

function reportSecrets({ host }: Passed, ingress: Ingress, say: Say): void {
  for (const [index, tls] of ingress.spec.tls.entries()) {
    if (tls?.secretName === undefined || !(tls.hosts.includes(host) || tls.hosts.length === 0)) continue;
    say(["spec", "tls", index, "secretName"], {
      severity: "info",
      code: "PassthroughSecretUnused",
      scope: "object",
      message: `Secret ${ingress.metadata.namespace}/${tls.secretName} is not used for host ${host}: its TLS connections are handed on unopened, and the pods present their own certificate`,
      remedy: "Keep it if the pods use it, otherwise remove it",
    });
  }
}

interface PlacedPath {
  readonly path: string;
  readonly field: FieldPath;
}

/** The challenges of ACME come by plain HTTP, and so are where they should be. */
function pathsBeside(ingress: Ingress, host: string): PlacedPath[] {
  return pathsOf(ingress, host).filter(({ path }) => path !== "/" && !path.startsWith("/.well-known/acme-challenge"));
}

function hasRoot(ingress: Ingress, host: string): boolean {
  return ingress.spec.defaultBackend !== undefined || pathsOf(ingress, host).some(({ path }) => path === "/");
}

function pathsOf(ingress: Ingress, host: string): PlacedPath[] {
  return ingress.spec.rules.flatMap((rule, at) => {
    if (rule?.host !== host) return [];
    return (rule.paths ?? []).flatMap((path, position) => {
      const field: FieldPath = ["spec", "rules", at, "http", "paths", position, "path"];
      return path === null ? [] : [{ path: path.path || "/", field }];
    });
  });
}

/** "shop/web:443", without the protocol. */
function serviceOf({ name }: Upstream): string {
  return name.split(" ")[0] as string;
}
