import type { DataPlaneOptions } from "../../data-plane/data-plane.ts";
import type { Tracer } from "./tracer.ts";

type Listeners = Pick<DataPlaneOptions, "onStarted" | "onFinished" | "onStreamFinished">;

/** What a data plane tells of exchanges: to a tracer, and then to whom it is told besides. Without a tracer, exactly to those. */
export function tracedBy(tracer: Tracer | null, listeners: Listeners): Listeners {
  if (tracer === null) return listeners;
  const { onStarted, onFinished } = listeners;
  return {
    ...listeners,
    onStarted: (exchange) => {
      tracer.started(exchange);
      onStarted?.(exchange);
    },
    onFinished: (exchange) => {
      tracer.finished(exchange);
      onFinished?.(exchange);
    },
  };
}
