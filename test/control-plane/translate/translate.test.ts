import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { translate } from "../../../src/control-plane/translate/translate.ts";
import { anyIngresses, OTHER_OBJECTS } from "../../support/any-ingresses.ts";
import { OPTIONS, translated } from "../../support/resources.ts";

test("whatever the Ingresses say, the fragment can be sealed, no diagnostic is said twice, and order does not matter", () => {
  const scenario = anyIngresses.chain((made) =>
    fc.tuple(
      fc.constant([...made, ...OTHER_OBJECTS]),
      fc.shuffledSubarray([...made, ...OTHER_OBJECTS], { minLength: made.length + OTHER_OBJECTS.length }),
    ),
  );
  fc.assert(
    fc.property(scenario, ([objects, shuffled]) => {
      const translation = translate(resourceSet(objects), OPTIONS);
      const { fragment, diagnostics } = translation;
      seal(fragment);
      const routes = fragment.virtualHosts.flatMap(({ routes, defaultRoute }) => [
        ...routes,
        ...(defaultRoute ? [defaultRoute] : []),
      ]);
      expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
      expect(new Set(diagnostics.map((one) => JSON.stringify(one))).size).toBe(diagnostics.length);
      expect(translate(resourceSet(shuffled), OPTIONS)).toEqual(translation);
    }),
    { numRuns: 300 },
  );
});

test("nothing gives nothing", () => {
  expect(translated([])).toEqual({
    fragment: { virtualHosts: [], upstreams: [], certificates: [] },
    diagnostics: [],
    ours: [],
  });
});
