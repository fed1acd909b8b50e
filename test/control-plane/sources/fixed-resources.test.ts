import { expect, test } from "vitest";
import { fixedResources } from "../../../src/control-plane/sources/fixed-resources.ts";
import { service } from "../../support/resources.ts";

test("yields once, what is left out is empty, and ends with the signal", async () => {
  const source = fixedResources("the demo", { services: [service("web")] });
  expect(source.name).toBe("the demo");
  const stop = new AbortController();
  const yielded = [];
  for await (const loaded of source.watch(stop.signal)) {
    yielded.push(loaded);
    stop.abort();
  }
  expect(yielded).toMatchObject([
    { resources: { ingresses: [], services: [{ metadata: { name: "web" } }], secrets: [] }, diagnostics: [] },
  ]);
});
