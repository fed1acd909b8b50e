import type { ConfigMap } from "./config-map.ts";
import type { Field } from "./field.ts";
import type { ObjectMeta } from "./resource.ts";

/** Shapes a ConfigMap. Most are not for us: what is wrong with a value is told, as the API server would refuse it, and costs that value. */
export function readConfigMap(object: Field, metadata: ObjectMeta): ConfigMap {
  const data = object.at("data").orElse({}, (map) => map.texts());
  return { kind: "ConfigMap", metadata, data };
}
