// From the resources of a moment to what is to be served.
// In: a ResourceSet and options. Out: a fragment of a snapshot, and every problem as a diagnostic on the object it belongs to.
// Never: a clock, the network, a log, or an exception for what a user wrote.
import type { Certificate } from "../../snapshot/certificate.ts";
import type { VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { Remembered, RememberedList } from "../remembered.ts";
import type { IngressClass } from "../resources/ingress-class.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { OtherPrefix } from "./annotations/other-prefix.ts";
import { type Catalogue, Catalogues } from "./catalogue.ts";
import { CertificateHolders } from "./certificate-holders.ts";
import { certificateClaims, type Claim } from "./certificates.ts";
import { type ClassedIngress, OurIngresses } from "./ingress-class.ts";
import { type IngressPlan, planFor } from "./ingress-plan.ts";
import { KeptOrder } from "./kept-order.ts";
import type { ServiceMap, TranslateOptions } from "./options.ts";
import { oldestFirst } from "./order.ts";
import { passThrough } from "./passthrough/passthrough.ts";
import { OrderedProblems, Problems } from "./problems.ts";
import { Recalled } from "./recalled.ts";
import { type HostWishes, wishesByHost } from "./routes.ts";
import { KeptSettings } from "./settings/kept-settings.ts";
import { DEFAULT_SETTINGS } from "./settings/settings.ts";
import { streamsOf } from "./streams/streams.ts";
import { reportUnusedMaps } from "./service-maps.ts";
import type { Said, Translating } from "./translating.ts";
import type { Translation } from "./translation.ts";
import { HostMerger } from "./virtual-hosts.ts";
import { type HostTables, wholeHosts, type WholeHosts } from "./whole-hosts.ts";

/** Pure: the same resources, in any order, give the same translation. */
export function translate(resources: ResourceSet, options: TranslateOptions): Translation {
  return new Translator(options).translate(resources);
}

/**
 * Translates again and again, and makes anew only what hangs on an object that changed: objects are the same as long as they are identical.
 * Each translation is what `translate` would give.
 */
export class Translator {
  readonly #options: TranslateOptions;
  readonly #catalogues = new Catalogues();
  readonly #knownEndpoints: Translating["knownEndpoints"] = new WeakMap();
  readonly #classes = new RememberedList<IngressClass>();
  readonly #ours: OurIngresses;
  readonly #keptSettings: KeptSettings;
  #settings = DEFAULT_SETTINGS;
  /** Everything else is made of these. */
  #plans = new Recalled<ClassedIngress, Catalogue, Said<IngressPlan>>();
  readonly #present = new RememberedList<IngressPlan>();
  readonly #hosts = new Remembered<Said<WholeHosts>>();
  readonly #wishes = new Recalled<IngressPlan, Catalogue & HostTables, Said<readonly HostWishes[]>>();
  readonly #merger = new HostMerger();
  readonly #claims = new Recalled<IngressPlan, Catalogue & HostTables, Said<readonly Claim[]>>();
  readonly #holders = new CertificateHolders();
  readonly #hostOrder = new KeptOrder<VirtualHost>(({ host }) => host);
  readonly #upstreamOrder = new KeptOrder<Upstream>(({ name }) => name);
  readonly #certificateOrder = new KeptOrder<Certificate>(({ name }) => name);
  readonly #ordered = new OrderedProblems();
  readonly #prefix: OtherPrefix | null;

  constructor(options: TranslateOptions) {
    this.#options = options;
    this.#ours = new OurIngresses(options);
    this.#keptSettings = new KeptSettings(options);
    const { annotationsPrefix } = options;
    this.#prefix = annotationsPrefix === undefined ? null : new OtherPrefix(annotationsPrefix);
  }

  translate(resources: ResourceSet): Translation {
    const catalogue = this.#catalogues.of(resources);
    const problems = new Problems();
    this.#settle(this.#keptSettings.of(resources.configMaps, problems));
    const translating = this.#translating(catalogue, problems);
    const take = <Value>(said: Said<Value>): Value => {
      problems.addAll(said.diagnostics);
      for (const map of said.usedMaps) translating.usedMaps.add(map);
      return said.value;
    };

    const classes = this.#classes.of(resources.ingressClasses);
    const ours = oldestFirst(this.#ours.of(resources.ingresses, classes, problems));
    const plans = ours.map((one) => take(this.#planFor(one, catalogue)));
    const present = this.#present.of(plans.filter((plan) => !plan.settings.withdrawn));
    const hosts = take(
      this.#hosts.of([present], () => this.#say(catalogue, (step) => wholeHosts(present, step.problems))),
    );
    const tables = { ...catalogue, ...hosts.tables };
    const wishes = present.flatMap((plan) => take(this.#wishesOf(plan, tables)));
    const merged = this.#merger.merge(wishes, hosts.asked, problems);
    const { virtualHosts, upstreams } = passThrough(merged, hosts.passed, present, problems);
    const claims = present.flatMap((plan) => take(this.#claimsOf(plan, tables)));
    const certificates = this.#holders.certificatesOf(claims, translating);
    const { streams, upstreams: behindStreams } = streamsOf(resources.configMaps, translating);

    reportUnusedMaps(translating);
    const fragment = {
      virtualHosts: this.#hostOrder.of(virtualHosts),
      upstreams: this.#upstreamOrder.of(together(upstreams, behindStreams)),
      certificates: this.#certificateOrder.of(certificates),
      ...(streams.length === 0 ? {} : { streams }),
      ...(this.#settings.serving.length === 0 ? {} : { settings: this.#settings.serving }),
    };
    return {
      fragment,
      diagnostics: this.#ordered.of(this.#prefix?.worded(problems.found) ?? problems.found),
      ours: ours.map(({ key }) => key),
    };
  }

  /** Other settings hold for everything. */
  #settle(settings: Translating["settings"]): void {
    if (settings === this.#settings) return;
    this.#settings = settings;
    this.#plans = new Recalled();
  }

  #planFor(one: ClassedIngress, catalogue: Catalogue): Said<IngressPlan> {
    return this.#plans.of(one, catalogue, (tables) => this.#say(tables, (step) => planFor(one, step)));
  }

  #wishesOf(plan: IngressPlan, tables: Catalogue & HostTables): Said<readonly HostWishes[]> {
    return this.#wishes.of(plan, tables, (read) => this.#say(read, (step) => wishesByHost(plan, read, step)));
  }

  #claimsOf(plan: IngressPlan, tables: Catalogue & HostTables): Said<readonly Claim[]> {
    return this.#claims.of(plan, tables, (read) =>
      this.#say(read, (step) => certificateClaims(plan.ingress, read.handedOn, step)),
    );
  }

  /** Takes a step that may be used again, with all it has to say. */
  #say<Value>(catalogue: Catalogue, step: (translating: Translating) => Value): Said<Value> {
    const translating = this.#translating(catalogue, new Problems());
    const value = step(translating);
    return { value, diagnostics: translating.problems.found, usedMaps: [...translating.usedMaps] };
  }

  #translating(catalogue: Catalogue, problems: Problems): Translating {
    const usedMaps = new Set<ServiceMap>();
    return {
      options: this.#options,
      settings: this.#settings,
      problems,
      catalogue,
      usedMaps,
      knownEndpoints: this.#knownEndpoints,
    };
  }
}

/** A TCP service may lead to where a host is passed through to. */
function together(upstreams: readonly Upstream[], behindStreams: readonly Upstream[]): readonly Upstream[] {
  if (behindStreams.length === 0) return upstreams;
  return [...new Map([...upstreams, ...behindStreams].map((one) => [one.name, one])).values()];
}
