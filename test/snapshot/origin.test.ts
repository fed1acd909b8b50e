import { expect, test } from "vitest";
import { describeOrigin, describePlace } from "../../src/snapshot/origin.ts";

test.each([
  [{ kind: "Ingress", namespace: "shop", name: "web" }, "Ingress shop/web", ""],
  [{ kind: "IngressClass", namespace: "", name: "nginx" }, "IngressClass nginx", ""],
  [{ kind: "File", namespace: "", name: "a.yaml", file: "deploy/a.yaml" }, "File a.yaml", "deploy/a.yaml"],
  [{ kind: "Ingress", namespace: "shop", name: "web", file: "a.yaml", line: 12 }, "Ingress shop/web", "a.yaml:12"],
])("%j is called %s", (origin, name, place) => {
  expect(describeOrigin(origin)).toBe(name);
  expect(describePlace(origin)).toBe(place);
});
