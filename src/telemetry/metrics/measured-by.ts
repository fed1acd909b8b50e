import type { DataPlaneOptions } from "../../data-plane/data-plane.ts";
import type { DataMeter } from "./data-meter.ts";

type Listeners = Pick<DataPlaneOptions, "onStarted" | "onFinished" | "onStreamFinished">;

/** What a data plane tells when something is over: to a meter, and then to whom it is told besides. Without a meter, exactly to those. */
export function measuredBy(meter: DataMeter | null, listeners: Listeners): Listeners {
  const { onFinished, onStreamFinished } = listeners;
  const first = meter ?? undefined;
  const exchanges = inTurn(first?.finished, onFinished);
  const streams = inTurn(first?.streamFinished, onStreamFinished);
  return {
    ...listeners,
    ...(exchanges === undefined ? {} : { onFinished: exchanges }),
    ...(streams === undefined ? {} : { onStreamFinished: streams }),
  };
}

type Told<What> = ((what: What) => void) | undefined;

function inTurn<What>(first: Told<What>, second: Told<What>): Told<What> {
  if (first === undefined || second === undefined) return first ?? second;
  return (what) => {
    first(what);
    second(what);
  };
}
