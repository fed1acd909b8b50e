import { createHash } from "node:crypto";

/** What is to be said of an object. */
export interface Saying {
  readonly about: ObjectReference;
  readonly type: "Normal" | "Warning";
  /** PascalCase. */
  readonly reason: string;
  readonly message: string;
}

/** core/v1 ObjectReference; `kubectl describe` finds Events by the uid too. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** Where Events of cluster-scoped objects are kept, as by kubectl's convention. */
const ELSE = "default";
/** The API server's own limit for a message (core/v1 validation), and for a name. */
const MOST_TEXT = 1024;
const MOST_NAME = 253;
const HASH = 16;

export function namespaceOf({ about }: Saying): string {
  return about.namespace || ELSE;
}

/**
 * The name of the Event that says this: the same for the same saying, so that whoever says it again, after a restart or as another leader,
 * counts the one that is there instead of adding one.
 */
export function eventName({ about, type, reason, message }: Saying): string {
  const parts = [about.kind, about.namespace, about.name, about.uid ?? "", type, reason, message];
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, HASH);
  return `${about.name.slice(0, MOST_NAME - HASH - 1)}.${hash}`;
}

/** core/v1 Event. @param reporter the component @param instance the pod */
export function newEvent(saying: Saying, reporter: string, instance: string, now: Date): object {
  const { about, type, reason, message } = saying;
  const { namespace, ...rest } = about;
  const time = `${now.toISOString().slice(0, 19)}Z`;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: eventName(saying), namespace: namespaceOf(saying) },
    involvedObject: namespace === "" ? rest : { ...rest, namespace },
    type,
    reason,
    message: message.slice(0, MOST_TEXT),
    source: { component: reporter, host: instance },
    reportingComponent: reporter,
    reportingInstance: instance,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** What changes in an Event that is said again. */
export function saidAgain(count: number, now: Date): object {
  return { count: count + 1, lastTimestamp: `${now.toISOString().slice(0, 19)}Z` };
}
