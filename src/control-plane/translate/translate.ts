// From the resources of a moment to what is to be served.
// In: a ResourceSet and options. Out: a fragment of a snapshot, and every problem as a diagnostic on the object it belongs to.
// Never: a clock, the network, a log, or an exception for what a user wrote.
import type { Certificate } from "../../snapshot/certificate.ts";
import type { VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { Remembered } from "../remembered.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { OtherPrefix } from "./annotations/other-prefix.ts";
import { type Catalogue, Catalogues } from "./catalogue.ts";
import { CertificateHolders } from "./certificate-holders.ts";
import { certificateClaims } from "./certificates.ts";
import { withDefaultBackend } from "./default-backend.ts";
import { DefaultCertificate } from "./default-certificate.ts";
import { type ClassedIngress, OurIngresses } from "./ingress-class.ts";
import { type IngressPlan, planFor } from "./ingress-plan.ts";
import { KeptOrder } from "./kept-order.ts";
import type { ServiceMap, TranslateOptions } from "./options.ts";
import { OldestFirst } from "./order.ts";
import { passThrough } from "./passthrough/passthrough.ts";
import { OrderedProblems, Problems } from "./problems.ts";
import { wishesByHost } from "./routes.ts";
import { KeptSettings } from "./settings/kept-settings.ts";
import { DEFAULT_SETTINGS } from "./settings/settings.ts";
import { reportUnusedMaps } from "./service-maps.ts";
import { Step } from "./step.ts";
import { streamsOf } from "./streams/streams.ts";
import type { Said, Translating } from "./translating.ts";
import type { Translation } from "./translation.ts";
import { HostMerger } from "./virtual-hosts.ts";
import { type HostTables, KeptHosts } from "./whole-hosts.ts";

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
  readonly #ours: OurIngresses;
  readonly #keptSettings: KeptSettings;
  #settings = DEFAULT_SETTINGS;
  readonly #order = new OldestFirst();
  readonly #keys = new Remembered<readonly string[]>();
  /** Everything else is made of these. */
  #plans = this.#planning();
  readonly #present = new Remembered<readonly IngressPlan[]>();
  readonly #hosts = new KeptHosts();
  readonly #wishes = new Step((plan: IngressPlan, tables: Catalogue & HostTables) =>
    this.#say(tables, (translating) => wishesByHost(plan, tables, translating)),
  );
  readonly #merger = new HostMerger();
  readonly #claims = new Step((plan: IngressPlan, tables: Catalogue & HostTables) =>
    this.#say(tables, (translating) => certificateClaims(plan.ingress, tables.handedOn, translating)),
  );
  readonly #holders = new CertificateHolders();
  readonly #defaultCertificate = new DefaultCertificate();
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

    const judged = this.#ours.of(resources.ingresses, resources.ingressClasses);
    problems.addAll(judged.diagnostics);
    const ours = this.#order.of(judged.ours);
    const plans = take(this.#plans.of(ours, catalogue));
    const present = this.#present.of([plans], () => plans.filter(({ settings }) => !settings.withdrawn));
    const hosts = this.#hosts.of(present);
    problems.addAll(hosts.diagnostics);
    const tables = { ...catalogue, ...hosts.tables };
    const merged = this.#merger.merge(take(this.#wishes.of(present, tables)), hosts.asked, problems);
    const passed = passThrough(merged, hosts.passed, present, problems);
    const { virtualHosts, upstreams } = withDefaultBackend(passed, translating);
    const held = this.#holders.of(take(this.#claims.of(present, tables)), catalogue.secrets);
    problems.addAll(held.diagnostics);
    const certificates = this.#defaultCertificate.among(held.certificates, translating);
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
      ours: this.#keys.of([ours], () => ours.map(({ key }) => key)),
    };
  }

  /** Other settings hold for everything. */
  #settle(settings: Translating["settings"]): void {
    if (settings === this.#settings) return;
    this.#settings = settings;
    this.#plans = this.#planning();
  }

  #planning(): Step<ClassedIngress, Catalogue, IngressPlan> {
    return new Step((one, tables) => this.#say(tables, (translating) => [planFor(one, translating)]));
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
