import type { Annotation } from "../annotations/annotation.ts";

/**
 * One key of the ConfigMap that is built: declared where it is parsed, as an annotation is. Where it is absent its `fallback` holds; null stands
 * for what holds without any ConfigMap.
 */
export type Setting<Value> = Annotation<Value>;
