import type { Field } from "./field.ts";
import type { IngressClass } from "./ingress-class.ts";
import type { ObjectMeta } from "./resource.ts";

/** Shapes an IngressClass; one without `spec.controller` is nobody's and is left out. */
export function readIngressClass(object: Field, metadata: ObjectMeta): IngressClass {
  const controller = object.at("spec").map().at("controller");
  return { kind: "IngressClass", metadata, spec: { controller: controller.must(controller.text()) } };
}
