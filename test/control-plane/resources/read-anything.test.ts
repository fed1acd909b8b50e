import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";

const API_VERSIONS: Record<string, string> = {
  Ingress: "networking.k8s.io/v1",
  IngressClass: "networking.k8s.io/v1",
  Service: "v1",
  EndpointSlice: "discovery.k8s.io/v1",
  Endpoints: "v1",
  Secret: "v1",
  List: "v1",
};

/** Names that the readers look for, so that nonsense gets deep into them. */
const KEYS = fc.constantFrom(
  ...`name namespace annotations labels rules http paths backend service port number resource tls hosts defaultBackend ports endpoints
  addresses conditions ready subsets ip selector data stringData items kind targetPort constructor __proto__`.split(
    /\s+/,
  ),
);
const { tree: nonsense } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(KEYS, tie("tree"), { maxKeys: 4 }),
  ),
}));
const MAP = fc.dictionary(KEYS, nonsense);

test("whatever an object holds, reading it throws nothing, and each problem is whole", () => {
  const objects = fc.record({
    kind: fc.constantFrom(...Object.keys(API_VERSIONS)),
    metadata: fc.oneof(nonsense, fc.constant({ name: "web" })),
    spec: fc.oneof(nonsense, MAP),
    rest: MAP,
  });
  fc.assert(
    fc.property(objects, ({ kind, rest, ...fields }) => {
      const apiVersion = API_VERSIONS[kind];
      const { resources, diagnostics } = readObject({ ...rest, ...fields, kind, apiVersion });
      // Left out with a reason, or read; nothing vanishes.
      if (kind !== "List") expect(resources.length + diagnostics.length).toBeGreaterThan(0);
      for (const { severity, code, object, message, remedy } of diagnostics) {
        expect(severity).toBe("error");
        expect(code).toMatch(/^([A-Z][a-z0-9]+)+$/);
        expect(typeof object.name).toBe("string");
        expect(message).not.toMatch(/undefined|\[object/);
        expect(remedy).not.toMatch(/undefined|\[object/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("anything that is no object at all throws nothing either", () => {
  fc.assert(
    fc.property(nonsense, (value) => {
      expect(readObject(value).resources).toEqual([]);
    }),
  );
});
