import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Surroundings } from "../../../src/control-plane/admission/surroundings.ts";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { translate } from "../../../src/control-plane/translate/translate.ts";
import { anyIngresses, OTHER_OBJECTS } from "../../support/any-ingresses.ts";
import { OPTIONS } from "../../support/resources.ts";

test("of an Ingress the same is said among its surroundings as among everything", () => {
  // One for all: it must not hold on to what was.
  const surroundings = new Surroundings();
  fc.assert(
    fc.property(anyIngresses, (ingresses) => {
      const all = resourceSet([...ingresses, ...OTHER_OBJECTS]);
      const { diagnostics } = translate(all, OPTIONS);
      for (const one of ingresses) {
        const { name, namespace } = one.metadata;
        const about = (list: typeof diagnostics): typeof diagnostics =>
          list.filter(
            ({ object }) => object.kind === "Ingress" && object.name === name && object.namespace === namespace,
          );
        expect(about(translate(surroundings.of(one, all, OPTIONS), OPTIONS).diagnostics)).toEqual(about(diagnostics));
      }
    }),
    { numRuns: 300 },
  );
});
