// From the resources of a moment to what is to be served.
// In: a ResourceSet and options. Out: a fragment of a snapshot, and every problem as a diagnostic on the object it belongs to.
// Never: a clock, the network, a log, or an exception for what a user wrote.
import { keyOf } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { AskingHosts } from "./asking-hosts.ts";
import { catalogueOf } from "./catalogue.ts";
import { certificatesOf } from "./certificates.ts";
import { ingressesOfOurs } from "./ingress-class.ts";
import { planFor } from "./ingress-plan.ts";
import type { TranslateOptions } from "./options.ts";
import { oldestFirst } from "./order.ts";
import { passedHosts } from "./passthrough/passed-hosts.ts";
import { passThrough } from "./passthrough/passthrough.ts";
import { Problems } from "./problems.ts";
import { refusedHosts } from "./refused-hosts.ts";
import { routeWishes } from "./routes.ts";
import { securedHosts } from "./secured-hosts.ts";
import { streamsOf } from "./streams/streams.ts";
import { reportUnusedMaps } from "./service-maps.ts";
import type { Translating } from "./translating.ts";
import type { Translation } from "./translation.ts";
import { mergeHosts } from "./virtual-hosts.ts";

/** Pure: the same resources, in any order, give the same translation. */
export function translate(resources: ResourceSet, options: TranslateOptions): Translation {
  const problems = new Problems();
  const translating: Translating = { options, problems, catalogue: catalogueOf(resources), usedMaps: new Set() };

  const plans = oldestFirst(ingressesOfOurs(resources.ingresses, resources.ingressClasses, options, problems)).map(
    ({ ingress, className }) => planFor(ingress, className, translating),
  );
  const present = plans.filter((plan) => !plan.settings.withdrawn);
  const ingresses = present.map((plan) => plan.ingress);

  const passed = passedHosts(present, problems);
  const asking = new AskingHosts(present, problems);
  const hosts = { secured: securedHosts(ingresses), refused: refusedHosts(present, problems), passed, asking };
  const wishes = present.flatMap((plan) => routeWishes(plan, hosts, translating));
  const merged = mergeHosts(wishes, asking.asked, problems);
  const { virtualHosts, upstreams } = passThrough(merged, passed, present, problems);
  const certificates = certificatesOf(ingresses, passed.askers, translating);
  const { streams, upstreams: behindStreams } = streamsOf(resources.configMaps, translating);

  reportUnusedMaps(translating);
  const fragment = {
    virtualHosts,
    // A TCP service may lead to where a host is passed through to.
    upstreams: [...new Map([...upstreams, ...behindStreams].map((one) => [one.name, one])).values()],
    certificates,
    ...(streams.length === 0 ? {} : { streams }),
  };
  return { fragment, diagnostics: problems.list(), ours: plans.map(({ ingress }) => keyOf(ingress)) };
}
