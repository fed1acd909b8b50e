import type { Draft } from "../cluster/fake/object.ts";
import type { PodName } from "../cluster/end-to-end/controller-process.ts";
import type { Place } from "./api-objects.ts";

/** A cluster that a gateway follows while it changes. */
export interface MeasuredCluster {
  readonly place: Place;
  /** Flags by which the controller finds it, and what it is told to do there. */
  readonly flags: Readonly<Record<string, string>>;
  /** The pod that the controller believes to be in. */
  readonly pod: PodName;
  /** Changes that are under way at once, at the most. */
  readonly atOnce: number;
  /** Puts an object in the place of the one of its name. Resolves when it is stored. */
  replace(resource: string, draft: Draft): Promise<void>;
  /** Seconds of a processor that its programs used so far, by their names; those in this process are not counted. */
  used(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}
