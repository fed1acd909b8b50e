import type { Upstream } from "../../../snapshot/upstream.ts";
import type { FieldPath } from "../../resources/field-path.ts";
import type { Ingress } from "../../resources/ingress.ts";
import { PREFIX } from "../annotations/annotation.ts";
import { isOfChallenge } from "../annotations/https-redirect.ts";
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

/** Tells Ingresses what of them is without effect on TLS connections. Each is gone through once, for however many hosts it is. */
export class PassthroughEffects {
  readonly #problems: Problems;
  readonly #paths = new Map<Ingress, PathsByHost>();
  /** The hosts of an Ingress that are handed on. */
  readonly #passed = new Map<Ingress, Set<string>>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** @param plans those of the host */
  report(passed: Passed, plans: readonly IngressPlan[]): void {
    for (const { ingress, settings } of plans) {
      const say = this.#sayOf(ingress);
      const all = this.#pathsOf(ingress).get(passed.host) ?? [];
      // The challenges of ACME come by plain HTTP, and so are where they should be.
      const beside = all.filter((one) => !isRoot(one) && !isOfChallenge(one.path));
      if (settings.passthrough) {
        reportHost(passed, say);
        for (const { path, field } of beside) reportPath(passed, path, field, say);
      } else if (beside.length > 0 || ingress.spec.defaultBackend !== undefined || all.some(isRoot)) {
        reportOther(passed, say);
      }
      this.#passed.set(ingress, (this.#passed.get(ingress) ?? new Set()).add(passed.host));
    }
  }

  /** To be called when all hosts are reported. */
  reportSecrets(): void {
    for (const [ingress, hosts] of this.#passed) reportSecrets(ingress, hosts, this.#sayOf(ingress));
  }

  #sayOf(ingress: Ingress): Say {
    return (field, problem) => this.#problems.add({ ...problem, object: originOf(ingress, field) });
  }

  #pathsOf(ingress: Ingress): PathsByHost {
    const known = this.#paths.get(ingress) ?? pathsByHost(ingress);
    this.#paths.set(ingress, known);
    return known;
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

/** @param passed those of its hosts that are handed on */
function reportSecrets(ingress: Ingress, passed: ReadonlySet<string>, say: Say): void {
  const some = [...passed].slice(0, NAMED + 1);
  for (const [index, tls] of ingress.spec.tls.entries()) {
    if (tls?.secretName === undefined) continue;
    const hosts = tls.hosts.length === 0 ? some : tls.hosts.filter(isAmong(passed));
    if (hosts.length === 0) continue;
    const many = hosts.length > 1;
    const named = `${hosts.slice(0, NAMED).join(", ")}${hosts.length > NAMED ? " and others" : ""}`;
    say(["spec", "tls", index, "secretName"], {
      severity: "info",
      code: "PassthroughSecretUnused",
      scope: "object",
      message: `Secret ${ingress.metadata.namespace}/${tls.secretName} is not used for ${many ? "hosts" : "host"} ${named}: ${many ? "their" : "its"} TLS connections are handed on unopened, and the pods present their own certificate`,
      remedy: "Keep it if the pods use it, otherwise remove it",
    });
  }
}

/** Hosts that a message names one by one. */
const NAMED = 10;

function isAmong(passed: ReadonlySet<string>): (host: string | null) => boolean {
  return (host) => host !== null && passed.has(host);
}

interface PlacedPath {
  readonly path: string;
  readonly field: FieldPath;
}

type PathsByHost = ReadonlyMap<string, readonly PlacedPath[]>;

function pathsByHost(ingress: Ingress): PathsByHost {
  const found = new Map<string, PlacedPath[]>();
  for (const [at, rule] of ingress.spec.rules.entries()) {
    if (rule?.host === undefined) continue;
    const paths = found.get(rule.host) ?? [];
    found.set(rule.host, paths);
    for (const [position, path] of (rule.paths ?? []).entries()) {
      const field: FieldPath = ["spec", "rules", at, "http", "paths", position, "path"];
      if (path !== null) paths.push({ path: path.path || "/", field });
    }
  }
  return found;
}

function isRoot({ path }: PlacedPath): boolean {
  return path === "/";
}

/** "shop/web:443", without the protocol. */
function serviceOf({ name }: Upstream): string {
  return name.split(" ")[0] as string;
}
