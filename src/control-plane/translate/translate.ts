// From the resources of a moment to what is to be served.
// In: a ResourceSet and options. Out: a fragment of a snapshot, and every problem as a diagnostic on the object it belongs to.
// Never: a clock, the network, a log, or an exception for what a user wrote.
import type { Certificate } from "../../snapshot/certificate.ts";
import { changedList } from "../../snapshot/changed-list.ts";
import type { VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { OtherPrefix } from "./annotations/other-prefix.ts";
import { type Catalogue, Catalogues } from "./catalogue.ts";
import { CertificateHolders } from "./certificate-holders.ts";
import { certificateClaims } from "./certificates.ts";
import { layDefaultBackend } from "./default-backend.ts";
import { DefaultCertificate } from "./default-certificate.ts";
import type { Delta } from "./delta.ts";
import { type ClassedIngress, OurIngresses } from "./ingress-class.ts";
import { type IngressPlan, planFor } from "./ingress-plan.ts";
import { OrderedParts } from "./kept-parts.ts";
import type { ServiceMap, TranslateOptions } from "./options.ts";
import type { PartsOver } from "./parts-over.ts";
import { layPassthroughs } from "./passthrough/passthrough.ts";
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
  readonly #plans = new Step((one: ClassedIngress, tables: Catalogue) =>
    this.#say(tables, (translating) => [planFor(one, translating)]),
  );
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
  readonly #virtualHosts = new OrderedParts<VirtualHost>(({ host }) => host);
  readonly #upstreams = new OrderedParts<Upstream>(({ name }) => name);
  readonly #certificates = new OrderedParts<Certificate>(({ name }) => name);
  #keys: readonly string[] = [];
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

    const ours = this.#ours.of(resources.ingresses, resources.ingressClasses);
    const plans = served(this.#plans.of(ours, catalogue));
    const hosts = this.#hosts.of(plans);
    const tables = { ...catalogue, ...hosts.tables };
    const merged = this.#merger.merge(this.#wishes.of(plans, tables), hosts.asked);
    const certificates = this.#holders.of(this.#claims.of(plans, tables), catalogue.secrets);
    const steps = [this.#ours, this.#plans, hosts, this.#wishes, this.#merger, this.#claims, this.#holders];
    for (const { diagnostics } of steps) problems.addAll(diagnostics);
    this.#noteUsedMaps(translating);

    const over: PartsOver = { virtualHosts: new Map(), upstreams: new Map() };
    layPassthroughs(merged, hosts.passed, hosts.concerned, over, problems);
    layDefaultBackend(merged, over, translating);
    const defaultCertificate = this.#defaultCertificate.over(certificates, translating);
    const { streams, upstreams: behindStreams } = streamsOf(resources.configMaps, translating);
    // One may lead to where a host is passed through to.
    for (const upstream of behindStreams) over.upstreams.set(upstream.name, upstream);
    reportUnusedMaps(translating);
    this.#keys = changedKeys(this.#keys, ours);
    const fragment = {
      virtualHosts: this.#virtualHosts.of(
        this.#prefix?.wordedHosts(merged.virtualHosts, over.virtualHosts) ?? merged.virtualHosts,
        over.virtualHosts,
      ),
      upstreams: this.#upstreams.of(merged.upstreams, over.upstreams),
      certificates: this.#certificates.of(certificates, defaultCertificate),
      ...(streams.length === 0 ? {} : { streams }),
      ...(this.#settings.serving.length === 0 ? {} : { settings: this.#settings.serving }),
    };
    return {
      fragment,
      diagnostics: this.#ordered.of(this.#prefix?.worded(problems.found) ?? problems.found),
      ours: this.#keys,
    };
  }

  /** Other settings hold for everything. */
  #settle(settings: Translating["settings"]): void {
    if (settings === this.#settings) return;
    this.#settings = settings;
    this.#plans.forget();
  }

  #noteUsedMaps({ options, usedMaps }: Translating): void {
    if (options.maps.length === 0) return;
    for (const { usedMaps: used } of [this.#plans, this.#wishes, this.#claims])
      for (const map of used) usedMaps.add(map);
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

/** Without those of whom nothing is served. */
function served({ gone, come }: Delta<IngressPlan>): Delta<IngressPlan> {
  const isServed = ({ settings }: IngressPlan): boolean => !settings.withdrawn;
  return { gone: gone.filter(isServed), come: come.filter(isServed) };
}

function changedKeys(keys: readonly string[], { gone, come }: Delta<ClassedIngress>): readonly string[] {
  const changes = new Map<string, string | undefined>();
  for (const { key } of gone) changes.set(key, undefined);
  for (const { key } of come) changes.set(key, key);
  return changedList(keys, changes, (key) => key);
}
